package org.example.orders;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.rpc.RpcContext;

/** Serves orders on the port that it is given, until its input ends. */
public class Provider implements OrderService {
    private final StringBuilder fired = new StringBuilder();

    public static void main(String[] arguments) throws Exception {
        ApplicationConfig application = new ApplicationConfig("orders");
        application.setQosEnable(false);
        application.setRegistry(new RegistryConfig("N/A"));
        ProtocolConfig protocol = new ProtocolConfig("dubbo", Integer.parseInt(arguments[0]));
        protocol.setHost("127.0.0.1");
        if (arguments.length > 1) protocol.setSerialization(arguments[1]);
        ServiceConfig<OrderService> service = new ServiceConfig<>();
        service.setApplication(application);
        service.setRegistry(new RegistryConfig("N/A"));
        service.setProtocol(protocol);
        service.setInterface(OrderService.class);
        service.setRef(new Provider());
        service.setVersion("1.0");
        service.setGroup("blue");
        service.export();
        System.out.println("@ready");
        while (System.in.read() >= 0) continue;
        System.exit(0);
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
        return RpcContext.getContext().getAttachment(name);
    }
}
