package org.example.orders;

public class OutOfStockException extends Exception {
    private int left;

    public OutOfStockException() {}

    public OutOfStockException(String message, int left) {
        super(message);
        this.left = left;
    }

    public int getLeft() {
        return left;
    }
}
