package org.example.orders;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

public class Order implements Serializable {
    public enum State { NEW, CONFIRMED }

    private long id;
    private String customer;
    private BigDecimal price;
    private double weight;
    private Date created;
    private byte[] signature;
    private State state = State.NEW;
    private List<Order> parts = new ArrayList<>();
    private Order parent;

    public Order() {}

    public Order(long id, String customer) {
        this.id = id;
        this.customer = customer;
        this.price = new BigDecimal("12.50");
        this.weight = 0.125;
        this.created = new Date(1_700_000_000_123L);
        this.signature = new byte[] {1, 2, -1};
    }

    public void add(Order part) {
        part.parent = this;
        parts.add(part);
    }

    public void setState(State state) {
        this.state = state;
    }

    @Override
    public String toString() {
        return id + " " + customer + " " + price + " " + weight + " " + (created == null ? null : created.getTime()) + " "
            + (signature == null ? -1 : signature.length) + " " + state + " " + parts.size() + " "
            + (parts.isEmpty() ? "-" : parts.get(0).parent == this ? "cyclic" : "lost");
    }
}
