package org.example.orders;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What every provider serves, whatever its framework. */
public class Orders implements OrderService {
    private final StringBuilder fired = new StringBuilder();
    private final UnaryOperator<String> attachments;

    public Orders(UnaryOperator<String> attachments) {
        this.attachments = attachments;
    }

    public String echo(String text) {
        return text;
    }

    public int plus(int a, int b) {
        return a + b;
    }

    public Order confirm(Order order) {
        order.setState(Order.State.CONFIRMED);
        return order;
    }

    public Map<String, List<Order>> group(List<Order> orders) {
        return orders.stream().collect(Collectors.groupingBy(order -> order.toString().split(" ")[1]));
    }

    public int size(String text) {
        return text.length();
    }

    public String large(int length) {
        return "y".repeat(length);
    }

    public String fail(String message) throws OutOfStockException {
        throw new OutOfStockException(message, 3);
    }

    public String slow(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "slow";
    }

    public synchronized void fire(String text) {
        fired.append(text);
        notifyAll();
    }

    /** How many came, as soon as it is the number expected; at most five seconds later. */
    public synchronized int fired(int expected) {
        long end = System.nanoTime() + 5_000_000_000L;
        try {
            while (fired.length() < expected && System.nanoTime() < end) wait(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int count = fired.length();
        fired.setLength(0);
        return count;
    }

    public String attachment(String name) {
        return attachments.apply(name);
    }

    /** Serves until the input ends. */
    public static void untilTheEnd() throws java.io.IOException {
        System.out.println("@ready");
        while (System.in.read() >= 0) continue;
        System.exit(0);
    }
}
