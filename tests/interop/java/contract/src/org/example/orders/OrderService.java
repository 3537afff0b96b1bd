package org.example.orders;

import java.util.List;
import java.util.Map;

public interface OrderService {
    String echo(String text);

    int plus(int a, int b);

    Order confirm(Order order);

    Map<String, List<Order>> group(List<Order> orders);

    int size(String text);

    String large(int length);

    String fail(String message) throws OutOfStockException;

    String slow(int millis);

    void fire(String text);

    int fired(int expected);

    String attachment(String name);
}
