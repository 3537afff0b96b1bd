package org.example.orders;

import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** Orders over HTTP, as provider and consumer share it. */
public interface OrdersApi {
    @GetMapping("/echo")
    String echo(@RequestParam(name = "text", required = false) String text);

    @GetMapping("/plus")
    int plus(@RequestParam("a") int a, @RequestParam("b") int b);

    @PostMapping("/confirm")
    Order confirm(@RequestBody Order order);

    @PostMapping("/group")
    Map<String, List<Order>> group(@RequestBody List<Order> orders);

    @PostMapping(path = "/size", consumes = "text/plain")
    int size(@RequestBody String text);

    @GetMapping("/large")
    String large(@RequestParam("length") int length);

    @GetMapping("/fail")
    String fail(@RequestParam("message") String message) throws OutOfStockException;

    @GetMapping("/slow")
    String slow(@RequestParam("millis") int millis);

    @GetMapping("/attachment")
    String attachment(@RequestParam("name") String name, @RequestHeader Map<String, String> headers);
}
