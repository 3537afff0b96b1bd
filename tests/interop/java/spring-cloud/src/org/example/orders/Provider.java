package org.example.orders;

import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Serves orders on the port that it is given, until its input ends. */
@SpringBootApplication
@ComponentScan(excludeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Consumer.class))
@RestController
public class Provider implements OrdersApi {
    private final Orders orders = new Orders(name -> null);

    public static void main(String[] arguments) throws Exception {
        new SpringApplicationBuilder(Provider.class)
            .properties(
                "server.address=127.0.0.1",
                "server.port=" + arguments[0],
                "server.tomcat.threads.max=20",
                "spring.application.name=orders",
                "spring.main.banner-mode=off",
                "logging.level.root=warn")
            .run();
        Orders.untilTheEnd();
    }

    public String echo(String text) {
        return orders.echo(text);
    }

    public int plus(int a, int b) {
        return orders.plus(a, b);
    }

    public Order confirm(@RequestBody Order order) {
        return orders.confirm(order);
    }

    public Map<String, List<Order>> group(@RequestBody List<Order> list) {
        return orders.group(list);
    }

    public int size(@RequestBody String text) {
        return orders.size(text);
    }

    public String large(int length) {
        return orders.large(length);
    }

    public String fail(String message) throws OutOfStockException {
        return orders.fail(message);
    }

    public String slow(int millis) {
        return orders.slow(millis);
    }

    public String attachment(String name, Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet())
            if (header.getKey().equalsIgnoreCase(name)) return header.getValue();
        return null;
    }

    @ExceptionHandler
    ResponseEntity<String> soldOut(OutOfStockException error) {
        return ResponseEntity.status(409).header("x-left", String.valueOf(error.getLeft())).body(error.getMessage());
    }
}
