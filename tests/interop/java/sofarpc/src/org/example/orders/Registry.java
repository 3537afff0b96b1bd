package org.example.orders;

import com.alipay.sofa.rpc.config.RegistryConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A registry by its URL. */
final class Registry {
    private Registry() {}

    /** "mesh:127.0.0.1:13330" is what answers over HTTP there. */
    static List<RegistryConfig> at(String text) {
        String[] parts = text.split(":", 2);
        RegistryConfig config = new RegistryConfig().setProtocol(parts[0]).setAddress("http://" + parts[1]);
        return new ArrayList<>(Collections.singletonList(config));
    }
}
