package org.example.orders;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.dubbo.common.URL;
import org.apache.dubbo.common.extension.ExtensionLoader;
import org.apache.dubbo.rpc.Protocol;
import org.apache.dubbo.rpc.ProxyFactory;

/** Calls through the proxy at the address that is its argument: a method on a line, one answer a line. */
public class Consumer {
    public static void main(String[] args) throws Exception {
        String service = "org.example.orders.Stock$Iface";
        URL url = URL.valueOf("thrift://" + args[0] + "/" + service + "?interface=" + service + "&timeout=20000&side=consumer");
        Protocol protocol = ExtensionLoader.getExtensionLoader(Protocol.class).getExtension("thrift");
        ProxyFactory proxies = ExtensionLoader.getExtensionLoader(ProxyFactory.class).getExtension("jdk");
        Stock.Iface stock = proxies.getProxy(protocol.refer(Stock.Iface.class, url));
        System.out.println("@ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) System.out.println("@" + answer(stock, line));
        System.exit(0);
    }

    private static String answer(Stock.Iface stock, String method) {
        try {
            switch (method) {
                case "name":
                    return "ok " + stock.name("a");
                case "left":
                    return "ok " + stock.left("a");
                case "names":
                    return "ok " + stock.names("a");
                case "sold":
                    return "ok " + stock.sold("a");
                default:
                    stock.count("a");
                    return "ok";
            }
        } catch (Throwable error) {
            return error.getClass().getSimpleName() + " " + String.valueOf(error.getMessage()).replace('\n', ' ');
        }
    }
}
