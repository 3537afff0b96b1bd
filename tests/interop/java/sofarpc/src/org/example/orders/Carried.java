package org.example.orders;

import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.request.SofaRequest;
import com.alipay.sofa.rpc.core.response.SofaResponse;
import com.alipay.sofa.rpc.filter.Filter;
import com.alipay.sofa.rpc.filter.FilterInvoker;
import java.util.Collections;
import java.util.Map;

/** What goes with a call beside its arguments: properties of the request, which filters add and read. */
final class Carried {
    private static final ThreadLocal<Map<String, String>> TOLD = ThreadLocal.withInitial(Collections::emptyMap);
    private static final ThreadLocal<SofaRequest> CALL = new ThreadLocal<>();

    /** Of a consumer: adds what the next call of the thread is told. */
    static final Filter TELLING = new Filter() {
        public SofaResponse invoke(FilterInvoker invoker, SofaRequest request) throws SofaRpcException {
            TOLD.get().forEach(request::addRequestProp);
            TOLD.remove();
            return invoker.invoke(request);
        }
    };

    /** Of a provider: keeps the request for whoever asks during the call. */
    static final Filter SEEING = new Filter() {
        public SofaResponse invoke(FilterInvoker invoker, SofaRequest request) throws SofaRpcException {
            CALL.set(request);
            try {
                return invoker.invoke(request);
            } finally {
                CALL.remove();
            }
        }
    };

    private Carried() {}

    static void tell(Map<String, String> told) {
        TOLD.set(told);
    }

    /** A property, or one within another: `rpc_trace_context.sofaCallerApp`; null where there is none. */
    static String seen(String name) {
        Object value = CALL.get().getRequestProp(name);
        int dot = name.indexOf('.');
        if (value == null && dot > 0 && CALL.get().getRequestProp(name.substring(0, dot)) instanceof Map)
            value = ((Map<?, ?>) CALL.get().getRequestProp(name.substring(0, dot))).get(name.substring(dot + 1));
        return value == null ? null : value.toString();
    }
}
