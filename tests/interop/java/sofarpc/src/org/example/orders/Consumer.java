package org.example.orders;

import com.alipay.hessian.generic.model.GenericObject;
import com.alipay.sofa.rpc.api.GenericService;
import com.alipay.sofa.rpc.api.future.SofaResponseFuture;
import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.MethodConfig;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.invoke.SofaResponseCallback;
import com.alipay.sofa.rpc.core.request.RequestBase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls providers over Bolt. */
public class Consumer extends Caller {
    private static final int CALLS_AT_ONCE = 250;

    private final OrderService orders;
    private final OrderService futures;
    private final OrderService callbacks;
    private final GenericService generic;
    private volatile Answers answers;

    Consumer(String port) {
        orders = this.<OrderService>config(port)
            .setMethods(new ArrayList<>(Arrays.asList(
                new MethodConfig().setName("fire").setInvokeType("oneway"),
                new MethodConfig().setName("slow").setTimeout(1000))))
            .refer();
        futures = this.<OrderService>config(port).setInvokeType("future").refer();
        callbacks = this.<OrderService>config(port)
            .setInvokeType("callback")
            .setOnReturn(new SofaResponseCallback<Object>() {
                public void onAppResponse(Object answer, String method, RequestBase request) {
                    answers.take(request.getMethodArgs()[0].equals(answer));
                }

                public void onAppException(Throwable error, String method, RequestBase request) {
                    answers.take(false);
                }

                public void onSofaException(SofaRpcException error, String method, RequestBase request) {
                    answers.take(false);
                }
            })
            .refer();
        generic = this.<GenericService>config(port).setGeneric(true).refer();
    }

    /** `place`: the port of a provider, or a registry. */
    private <T> ConsumerConfig<T> config(String place) {
        ConsumerConfig<T> config = new ConsumerConfig<T>()
            .setApplication(new ApplicationConfig().setAppName("shop"))
            .setInterfaceId(OrderService.class.getName())
            .setProtocol("bolt")
            .setRegister(false)
            .setRepeatedReferLimit(-1)
            .setReconnectPeriod(1000)
            .setFilterRef(new ArrayList<>(Collections.singletonList(Carried.TELLING)))
            .setTimeout(20_000);
        return place.contains(":") ? config.setRegistry(Registry.at(place)) : config.setDirectUrl("bolt://127.0.0.1:" + place);
    }

    public static void main(String[] arguments) throws Exception {
        Caller.serve(Consumer::new);
    }

    protected OrderService orders() {
        return orders;
    }

    protected String describe(Throwable error) {
        if (!(error instanceof SofaRpcException)) return null;
        return error.getClass().getSimpleName() + " type=" + ((SofaRpcException) error).getErrorType() + " " + error.getMessage();
    }

    protected Object special(String[] words) throws Throwable {
        switch (words[0]) {
            case "generic":
                return generic.$invoke("plus", new String[] {"int", "int"}, new Object[] {4, 5});
            case "generic-object": {
                GenericObject order = new GenericObject(Order.class.getName());
                order.putField("id", 7L);
                order.putField("customer", "ann");
                Object confirmed = generic.$genericInvoke("confirm", new String[] {Order.class.getName()}, new Object[] {order});
                return ((GenericObject) confirmed).getField("customer");
            }
            case "linger":
                return generic.$invoke("slow", new String[] {"int"}, new Object[] {Integer.parseInt(words[1])});
            case "told":
                Carried.tell(told(words));
                return orders.attachment(words[1]);
            case "async": {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < CALLS_AT_ONCE; i++) {
                    futures.echo("n" + i);
                    all.add(SofaResponseFuture.getFuture());
                }
                int right = 0;
                for (int i = 0; i < CALLS_AT_ONCE; i++) if (("n" + i).equals(all.get(i).get())) right++;
                answers = new Answers();
                for (int i = 0; i < CALLS_AT_ONCE; i++) callbacks.echo("c" + i);
                return right + answers.right();
            }
            default:
                throw new IllegalArgumentException(words[0]);
        }
    }

    private static final class Answers {
        private final CountDownLatch left = new CountDownLatch(CALLS_AT_ONCE);
        private final AtomicInteger right = new AtomicInteger();

        void take(boolean isRight) {
            if (isRight) right.incrementAndGet();
            left.countDown();
        }

        int right() throws InterruptedException {
            left.await(20, TimeUnit.SECONDS);
            return right.get();
        }
    }
}
