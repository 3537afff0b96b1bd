package org.example.orders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Calls one provider: a command and its arguments on a line, one answer a line. */
public abstract class Caller {
    protected abstract OrderService orders();

    /** Commands that are the framework's own way to call. */
    protected abstract Object special(String[] words) throws Throwable;

    /** An error of the framework in one line; null for any other. */
    protected abstract String describe(Throwable error);

    /** Answers lines that begin with a port until the input ends. */
    static void serve(Function<String, Caller> open) throws IOException {
        Map<String, Caller> callers = new HashMap<>();
        System.out.println("@ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            String answer;
            try {
                Caller caller = callers.computeIfAbsent(words[0], open);
                answer = caller.answer(Arrays.copyOfRange(words, 1, words.length));
            } catch (Throwable e) {
                answer = "cannot open: " + e;
            }
            System.out.println("@" + answer.replace('\n', ' ').replace('\r', ' '));
        }
        System.exit(0);
    }

    /** What is to go with a call: names and values from the third word on, `_` for a blank. */
    static Map<String, String> told(String[] words) {
        Map<String, String> told = new HashMap<>();
        for (int i = 2; i + 1 < words.length; i += 2) told.put(words[i], words[i + 1].replace('_', ' '));
        return told;
    }

    private String answer(String[] words) {
        try {
            return "ok " + run(words);
        } catch (OutOfStockException e) {
            return "OutOfStockException " + e.getMessage() + " " + e.getLeft();
        } catch (Throwable e) {
            String known = describe(e);
            return known != null ? known : e.getClass().getName() + " " + e.getMessage();
        }
    }

    private Object run(String[] words) throws Throwable {
        switch (words[0]) {
            case "echo":
                return orders().echo(words[1]);
            case "null":
                return orders().echo(null);
            case "plus":
                return orders().plus(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "confirm": {
                Order order = new Order(7, "ann");
                order.add(new Order(8, "ben"));
                return orders().confirm(order);
            }
            case "group":
                return orders().group(new ArrayList<>(Arrays.asList(new Order(1, "ann"), new Order(2, "ben"), new Order(3, "ann")))).get("ann").size();
            case "size":
                return orders().size("x".repeat(Integer.parseInt(words[1])));
            case "large":
                return orders().large(Integer.parseInt(words[1])).length();
            case "fail":
                return orders().fail(words[1]);
            case "slow":
                return orders().slow(Integer.parseInt(words[1]));
            case "fire":
                for (int i = 0; i < 20; i++) orders().fire(String.valueOf(i % 10));
                return "fired";
            case "fired":
                return orders().fired(20);
            case "received":
                return orders().attachment(words[1]);
            case "many": {
                int right = 0;
                int count = Integer.parseInt(words[1]);
                for (int i = 0; i < count; i++) if (("m" + i).equals(orders().echo("m" + i))) right++;
                return right;
            }
            default:
                return special(words);
        }
    }
}
