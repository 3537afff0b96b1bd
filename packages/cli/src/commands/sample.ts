/** A configuration that puts Weft in front of one port of this machine. `demo/in-front-of-my-port.yaml` is this text. */
export function sampleConfiguration(port: number): string {
  return `# Weft in front of a service of yours: callers use port 2045 and reach it as before.
# Only the lines below the five numbered ones matter; change them, then: weft proxy start -c FILE
servers:
  - default_log_level: INFO
    listeners:
      - name: front
        # 1. where Weft listens; 0.0.0.0:2045 lets other machines in
        address: 127.0.0.1:2045
        bind_port: true
        filter_chains:
          - filters:
              - type: proxy
                config:
                  # 2. Http1, Http2, bolt …, or Auto: told by the first bytes
                  downstream_protocol: Auto
                  router_config_name: routes
        access_logs:
          # 3. one line per request; a file name puts them there
          - log_path: stdout
            log_format: "%start_time% %request_method% %request_uri% %response_code% %response_flag% %duration% %upstream_host%"
    routers:
      - router_config_name: routes
        virtual_hosts:
          - name: all
            domains: ["*"]
            routers:
              - match: { prefix: / }
                # 4. time for a whole request, retries included
                route: { cluster_name: mine, timeout: 15s }
              - match: { headers: [{ name: service, value: ".*", regex: true }] }
                route: { cluster_name: mine }
cluster_manager:
  clusters:
    - name: mine
      hosts:
        # 5. your service; more lines share the load
        - address: 127.0.0.1:${port}
`;
}
