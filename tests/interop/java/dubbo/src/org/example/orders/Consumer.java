package org.example.orders;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.MethodConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.RpcException;
import org.apache.dubbo.rpc.service.EchoService;
import org.apache.dubbo.rpc.service.GenericService;

/** Calls providers over the protocol that it is given (`dubbo`). */
public class Consumer extends Caller {
    private final OrderService orders;
    private final GenericService generic;

    Consumer(ApplicationConfig application, String protocol, String port) {
        // 127.0.0.1: Dubbo takes an address of the network in place of what it knows as a local one.
        String address = protocol + "://2130706433:" + port;
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
        String protocol = arguments.length > 0 ? arguments[0] : "dubbo";
        Caller.serve(port -> new Consumer(application, protocol, port));
    }

    protected OrderService orders() {
        return orders;
    }

    protected String describe(Throwable error) {
        if (!(error instanceof RpcException)) return null;
        Throwable cause = error.getCause();
        return "RpcException code=" + ((RpcException) error).getCode() + " cause="
            + (cause == null ? "none" : cause.getClass().getSimpleName()) + " " + error.getMessage();
    }

    protected Object special(String[] words) throws Throwable {
        switch (words[0]) {
            case "ping":
                return ((EchoService) orders).$echo("ping");
            case "generic":
                return generic.$invoke("plus", new String[] {"int", "int"}, new Object[] {4, 5});
            case "linger":
                return generic.$invoke("slow", new String[] {"int"}, new Object[] {Integer.parseInt(words[1])});
            case "attachment":
                RpcContext.getContext().setAttachment(words[1], words[2]);
                return orders.attachment(words[1]);
            case "told":
                told(words).forEach((name, value) -> RpcContext.getContext().setAttachment(name, value));
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
