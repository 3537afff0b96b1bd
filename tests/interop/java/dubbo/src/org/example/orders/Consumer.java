package org.example.orders;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.MethodConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.RpcException;
import org.apache.dubbo.rpc.service.EchoService;
import org.apache.dubbo.rpc.service.GenericService;

/** Calls providers: a port, a command and its arguments on a line, one answer a line. */
public class Consumer {
    private final OrderService orders;
    private final GenericService generic;

    Consumer(ApplicationConfig application, String port) {
        // 127.0.0.1: Dubbo takes an address of the network in place of what it knows as a local one.
        String address = "dubbo://2130706433:" + port;
        orders = this.<OrderService>reference(application, address, false).get();
        generic = this.<GenericService>reference(application, address, true).get();
    }

    private <T> ReferenceConfig<T> reference(ApplicationConfig application, String address, boolean isGeneric) {
        ReferenceConfig<T> reference = new ReferenceConfig<>();
        reference.setApplication(application);
        reference.setInterface(OrderService.class.getName());
        reference.setUrl(address);
        reference.setVersion("1.0");
        reference.setGroup("blue");
        reference.setTimeout(20_000);
        reference.setRetries(0);
        reference.setCheck(false);
        if (isGeneric) {
            reference.setGeneric("true");
            return reference;
        }
        MethodConfig fire = new MethodConfig();
        fire.setName("fire");
        fire.setReturn(false);
        MethodConfig slow = new MethodConfig();
        slow.setName("slow");
        slow.setTimeout(1000);
        reference.setMethods(new ArrayList<>(Arrays.asList(fire, slow)));
        return reference;
    }

    public static void main(String[] arguments) throws Exception {
        ApplicationConfig application = new ApplicationConfig("shop");
        application.setQosEnable(false);
        Map<String, Consumer> consumers = new HashMap<>();
        System.out.println("@ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            Consumer consumer = consumers.computeIfAbsent(words[0], port -> new Consumer(application, port));
            System.out.println("@" + consumer.answer(Arrays.copyOfRange(words, 1, words.length)));
        }
        System.exit(0);
    }

    private String answer(String[] words) {
        try {
            return "ok " + run(words);
        } catch (RpcException e) {
            String message = String.valueOf(e.getMessage()).replace('\n', ' ');
            return "RpcException code=" + e.getCode() + " cause="
                + (e.getCause() == null ? "none" : e.getCause().getClass().getSimpleName()) + " " + message;
        } catch (OutOfStockException e) {
            return "OutOfStockException " + e.getMessage() + " " + e.getLeft();
        } catch (Throwable e) {
            return e.getClass().getName() + " " + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    private Object run(String[] words) throws Throwable {
        switch (words[0]) {
            case "echo":
                return orders.echo(words[1]);
            case "null":
                return orders.echo(null);
            case "plus":
                return orders.plus(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "confirm": {
                Order order = new Order(7, "ann");
                order.add(new Order(8, "ben"));
                return orders.confirm(order);
            }
            case "group":
                return orders.group(new ArrayList<>(Arrays.asList(new Order(1, "ann"), new Order(2, "ben"), new Order(3, "ann")))).get("ann").size();
            case "size":
                return orders.size("x".repeat(Integer.parseInt(words[1])));
            case "large":
                return orders.large(Integer.parseInt(words[1])).length();
            case "fail":
                return orders.fail(words[1]);
            case "slow":
                return orders.slow(Integer.parseInt(words[1]));
            case "fire":
                for (int i = 0; i < 20; i++) orders.fire(String.valueOf(i % 10));
                return "fired";
            case "fired":
                return orders.fired(20);
            case "ping":
                return ((EchoService) orders).$echo("ping");
            case "generic":
                return generic.$invoke("plus", new String[] {"int", "int"}, new Object[] {4, 5});
            case "linger":
                return generic.$invoke("slow", new String[] {"int"}, new Object[] {Integer.parseInt(words[1])});
            case "attachment":
                RpcContext.getContext().setAttachment(words[1], words[2]);
                return orders.attachment(words[1]);
            case "received":
                return orders.attachment(words[1]);
            case "async": {
                List<CompletableFuture<String>> all = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    String text = "n" + i;
                    all.add(RpcContext.getContext().asyncCall(() -> orders.echo(text)));
                }
                int right = 0;
                for (int i = 0; i < 500; i++) if (("n" + i).equals(all.get(i).get())) right++;
                return right;
            }
            default:
                throw new IllegalArgumentException(words[0]);
        }
    }
}
