// Generated from config.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { MosnConfig } from '../mosn/config.ts';

const listenerFiltersItemPart = {
  "type": "object",
  "required": [
    "type"
  ],
  "properties": {
    "type": {
      "type": "string",
      "maxLength": 256,
      "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
      "x-weft-expected": "a name of 1 to 256 characters without control characters",
      "description": "Type of the network filter.",
      "examples": [
        "proxy"
      ]
    },
    "config": {
      "type": "object",
      "x-weft-json": true,
      "description": "Configuration of the filter, checked against the schema of the filter.",
      "default": {}
    }
  },
  "description": "One network filter."
} as const;

const tlsContextPart = {
  "type": "object",
  "properties": {
    "status": {
      "type": "boolean",
      "description": "Switches TLS on.",
      "default": false
    },
    "type": {
      "type": "string",
      "description": "Extension that reads the certificates.",
      "default": ""
    },
    "server_name": {
      "type": "string",
      "description": "Server name (SNI).",
      "default": ""
    },
    "ca_cert": {
      "type": "string",
      "description": "Certificates of the authority, as a path or PEM.",
      "default": ""
    },
    "cert_chain": {
      "type": "string",
      "description": "Certificate chain, as a path or PEM.",
      "default": ""
    },
    "private_key": {
      "type": "string",
      "x-weft-secret": true,
      "description": "Private key, as a path or PEM.",
      "default": ""
    },
    "verify_client": {
      "type": "boolean",
      "description": "Verifies the certificate of the peer.",
      "default": false
    },
    "require_client_cert": {
      "type": "boolean",
      "description": "Refuses a client without a certificate.",
      "default": false
    },
    "insecure_skip": {
      "type": "boolean",
      "description": "Accepts any certificate.",
      "default": false
    },
    "cipher_suites": {
      "type": "string",
      "description": "Cipher suites, separated by colons.",
      "default": ""
    },
    "ecdh_curves": {
      "type": "string",
      "description": "Curves, separated by commas.",
      "default": ""
    },
    "min_version": {
      "type": "string",
      "description": "Lowest version of TLS.",
      "default": ""
    },
    "max_version": {
      "type": "string",
      "description": "Highest version of TLS.",
      "default": ""
    },
    "alpn": {
      "type": "string",
      "description": "Protocols offered, separated by commas.",
      "default": ""
    },
    "ticket": {
      "type": "string",
      "description": "Session tickets.",
      "default": ""
    },
    "fall_back": {
      "type": "boolean",
      "description": "Serves plain text while the certificates cannot be read.",
      "default": false
    },
    "extend_verify": {
      "type": "object",
      "x-weft-json": true,
      "description": "Configuration of the verifying extension.",
      "default": {}
    },
    "sds_source": {
      "type": "object",
      "x-weft-json": true,
      "description": "Where certificates are fetched from.",
      "default": {}
    }
  },
  "description": "TLS.",
  "x-weft-class": "unsupported",
  "x-weft-hint": "TLS is not in this release: remove it, or terminate TLS in front of the proxy",
  "x-weft-switch": "status"
} as const;

const requestHeadersToAddItemPart = {
  "type": "object",
  "required": [
    "header"
  ],
  "properties": {
    "header": {
      "type": "object",
      "required": [
        "key"
      ],
      "properties": {
        "key": {
          "type": "string",
          "minLength": 1,
          "maxLength": 256,
          "description": "Name of the header, a token of RFC 9110; none that means the connection or the framing, such as `host` or `content-length`.",
          "examples": [
            "x-env"
          ]
        },
        "value": {
          "type": "string",
          "maxLength": 8192,
          "description": "Value of the header; `%name%` stands for the variable of that name, which must exist.",
          "default": "",
          "examples": [
            "%connection_id%"
          ]
        }
      },
      "description": "The header."
    },
    "append": {
      "type": "boolean",
      "description": "true joins the value to one that is there with a comma, false replaces it.",
      "default": true
    }
  },
  "description": "One header to add."
} as const;

const requestHeadersToAddPart = {
  "type": "array",
  "items": requestHeadersToAddItemPart,
  "default": [],
  "maxItems": 256,
  "description": "Headers added to the request on its way to the host."
} as const;

const requestHeadersToRemovePart = {
  "type": "array",
  "items": {
    "type": "string",
    "minLength": 1,
    "maxLength": 256,
    "description": "Name of a header."
  },
  "default": [],
  "maxItems": 256,
  "description": "Headers removed from the request.",
  "examples": [
    [
      "x-debug"
    ]
  ]
} as const;

const responseHeadersToAddPart = {
  "type": "array",
  "items": requestHeadersToAddItemPart,
  "default": [],
  "maxItems": 256,
  "description": "Headers added to the response on its way to the caller."
} as const;

const responseHeadersToRemovePart = {
  "type": "array",
  "items": {
    "type": "string",
    "minLength": 1,
    "maxLength": 256,
    "description": "Name of a header."
  },
  "default": [],
  "maxItems": 256,
  "description": "Headers removed from the response.",
  "examples": [
    [
      "server"
    ]
  ]
} as const;

const perFilterConfigPart = {
  "type": "object",
  "additionalProperties": {
    "type": "object",
    "x-weft-json": true,
    "description": "What the filter of this type reads here."
  },
  "description": "Configuration of stream filters for this place only, by filter type; a route beats its virtual host.",
  "default": {},
  "examples": [
    {
      "fault": {
        "abort": {
          "status": 503,
          "percentage": 10
        }
      }
    }
  ]
} as const;

export const mosnConfigSchema: JsonSchema<MosnConfig> = {
  "type": "object",
  "required": [
    "servers"
  ],
  "properties": {
    "servers": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "mosn_server_name": {
            "type": "string",
            "maxLength": 256,
            "description": "A label; shown in dumps.",
            "default": ""
          },
          "default_log_path": {
            "type": "string",
            "maxLength": 4096,
            "description": "File of the default log, `stdout` or `stderr`; `stderr` when empty.",
            "default": "",
            "examples": [
              "/var/log/weft/weft.log"
            ]
          },
          "default_log_level": {
            "type": "string",
            "enum": [
              "TRACE",
              "DEBUG",
              "INFO",
              "WARN",
              "ERROR",
              "FATAL"
            ],
            "x-weft-ignore-case": true,
            "description": "Lowest level that is logged.",
            "default": "INFO",
            "x-weft-zero-is-default": true
          },
          "global_log_roller": {
            "type": "string",
            "pattern": "^(?:(?:size|age|keep|time)=[0-9]{1,6}|compress=(?:on|off))(?: +(?:(?:size|age|keep|time)=[0-9]{1,6}|compress=(?:on|off)))*$",
            "x-weft-expected": "parts such as \"size=100 age=7 keep=10 compress=on\" or \"time=1\"",
            "description": "When log files are rolled: `size=` in MB, `age=` in days, `keep=` files, `compress=on|off`, or `time=` in hours up to 24; daily when empty.",
            "default": "",
            "examples": [
              "size=100 age=7 keep=10 compress=on"
            ],
            "x-weft-zero-is-default": true
          },
          "use_netpoll_mode": {
            "type": "boolean",
            "description": "Another network loop.",
            "x-weft-class": "ignored",
            "x-weft-hint": "there is one network loop, and it is always event driven"
          },
          "graceful_timeout": {
            "x-weft-format": "duration",
            "x-weft-unit": "ms",
            "minimum": 0,
            "description": "Time for running requests when the proxy stops.",
            "default": "30s",
            "x-weft-zero-is-default": true
          },
          "processor": {
            "x-weft-format": "auto-count",
            "x-weft-unit": "0 = auto",
            "minimum": 0,
            "maximum": 256,
            "description": "Data threads; `auto` takes one when the CPU limit is one core or less, else its floor. `weft.data_threads` beats it.",
            "default": "auto",
            "examples": [
              2
            ]
          },
          "listeners": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "address",
                "filter_chains"
              ],
              "properties": {
                "name": {
                  "type": "string",
                  "maxLength": 256,
                  "description": "Name, unique among listeners; the address when empty.",
                  "default": "",
                  "examples": [
                    "ingress"
                  ]
                },
                "type": {
                  "type": "string",
                  "enum": [
                    "ingress",
                    "egress"
                  ],
                  "description": "Direction of the traffic, for variables and metrics.",
                  "x-weft-zero-is-default": true
                },
                "address": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 512,
                  "description": "`ip:port`, `[ipv6]:port` or `host:port`; without a host, 127.0.0.1. With `network: unix`, the path of the socket.",
                  "examples": [
                    "127.0.0.1:2045"
                  ]
                },
                "bind_port": {
                  "type": "boolean",
                  "description": "Opens the address. A listener that does not is only reached by connections handed over to it.",
                  "default": false,
                  "examples": [
                    true
                  ]
                },
                "reuseport": {
                  "type": "boolean",
                  "description": "Opens the address with SO_REUSEPORT, so that other processes may open it too.",
                  "default": false
                },
                "network": {
                  "type": "string",
                  "enum": [
                    "tcp",
                    "unix"
                  ],
                  "x-weft-ignore-case": true,
                  "x-weft-unsupported-values": {
                    "udp": "UDP listeners are not in this release"
                  },
                  "description": "Kind of the address.",
                  "default": "tcp",
                  "x-weft-zero-is-default": true
                },
                "use_original_dst": {
                  "type": "string",
                  "description": "`tproxy` or `redirect`: takes redirected connections for their original destination.",
                  "x-weft-class": "unsupported",
                  "x-weft-hint": "transparent interception is not in this release: point callers at the address of the listener"
                },
                "access_logs": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "log_path": {
                        "type": "string",
                        "description": "File, `stdout` or `stderr`. When empty, `<name of the listener>_access.log` in the folder of the default log.",
                        "default": "",
                        "examples": [
                          "/var/log/weft/access.log"
                        ]
                      },
                      "log_format": {
                        "type": "string",
                        "maxLength": 8192,
                        "description": "Format with `%variable%` places; when empty, the default format of the access log. An unknown variable stops the start.",
                        "default": "",
                        "examples": [
                          "%start_time% %request_method% %response_code%"
                        ]
                      }
                    },
                    "description": "One access log."
                  },
                  "default": [],
                  "maxItems": 16,
                  "description": "Access logs."
                },
                "listener_filters": {
                  "type": "array",
                  "items": listenerFiltersItemPart,
                  "default": [],
                  "maxItems": 65536,
                  "description": "Filters that run when a connection was accepted, such as `original_dst`.",
                  "x-weft-class": "unsupported",
                  "x-weft-hint": "listener filters are not in this release"
                },
                "filter_chains": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": [
                      "filters"
                    ],
                    "properties": {
                      "match": {
                        "x-weft-json": true,
                        "description": "Which connections the chain is for.",
                        "x-weft-class": "ignored",
                        "x-weft-hint": "a listener has one filter chain, which takes every connection"
                      },
                      "tls_context": tlsContextPart,
                      "tls_context_set": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "properties": {
                            "status": {
                              "type": "boolean",
                              "description": "Switches TLS on.",
                              "default": false
                            },
                            "type": {
                              "type": "string",
                              "description": "Extension that reads the certificates.",
                              "default": ""
                            },
                            "server_name": {
                              "type": "string",
                              "description": "Server name (SNI).",
                              "default": ""
                            },
                            "ca_cert": {
                              "type": "string",
                              "description": "Certificates of the authority, as a path or PEM.",
                              "default": ""
                            },
                            "cert_chain": {
                              "type": "string",
                              "description": "Certificate chain, as a path or PEM.",
                              "default": ""
                            },
                            "private_key": {
                              "type": "string",
                              "x-weft-secret": true,
                              "description": "Private key, as a path or PEM.",
                              "default": ""
                            },
                            "verify_client": {
                              "type": "boolean",
                              "description": "Verifies the certificate of the peer.",
                              "default": false
                            },
                            "require_client_cert": {
                              "type": "boolean",
                              "description": "Refuses a client without a certificate.",
                              "default": false
                            },
                            "insecure_skip": {
                              "type": "boolean",
                              "description": "Accepts any certificate.",
                              "default": false
                            },
                            "cipher_suites": {
                              "type": "string",
                              "description": "Cipher suites, separated by colons.",
                              "default": ""
                            },
                            "ecdh_curves": {
                              "type": "string",
                              "description": "Curves, separated by commas.",
                              "default": ""
                            },
                            "min_version": {
                              "type": "string",
                              "description": "Lowest version of TLS.",
                              "default": ""
                            },
                            "max_version": {
                              "type": "string",
                              "description": "Highest version of TLS.",
                              "default": ""
                            },
                            "alpn": {
                              "type": "string",
                              "description": "Protocols offered, separated by commas.",
                              "default": ""
                            },
                            "ticket": {
                              "type": "string",
                              "description": "Session tickets.",
                              "default": ""
                            },
                            "fall_back": {
                              "type": "boolean",
                              "description": "Serves plain text while the certificates cannot be read.",
                              "default": false
                            },
                            "extend_verify": {
                              "type": "object",
                              "x-weft-json": true,
                              "description": "Configuration of the verifying extension.",
                              "default": {}
                            },
                            "sds_source": {
                              "type": "object",
                              "x-weft-json": true,
                              "description": "Where certificates are fetched from.",
                              "default": {}
                            }
                          },
                          "description": "TLS."
                        },
                        "default": [],
                        "maxItems": 65536,
                        "description": "Several TLS contexts, chosen by server name.",
                        "x-weft-class": "unsupported",
                        "x-weft-hint": "TLS is not in this release: remove it, or terminate TLS in front of the proxy",
                        "x-weft-switch": "status"
                      },
                      "filters": {
                        "type": "array",
                        "items": listenerFiltersItemPart,
                        "minItems": 1,
                        "maxItems": 64,
                        "description": "Network filters in order, such as `proxy` or `tcp_proxy`.",
                        "examples": [
                          [
                            {
                              "type": "proxy",
                              "config": {
                                "downstream_protocol": "Http1",
                                "router_config_name": "routes"
                              }
                            }
                          ]
                        ]
                      }
                    },
                    "description": "The filter chain."
                  },
                  "minItems": 1,
                  "maxItems": 1,
                  "description": "Exactly one filter chain."
                },
                "stream_filters": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": [
                      "type"
                    ],
                    "properties": {
                      "type": {
                        "type": "string",
                        "maxLength": 256,
                        "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                        "x-weft-expected": "a name of 1 to 256 characters without control characters",
                        "description": "Type of the stream filter.",
                        "examples": [
                          "fault"
                        ]
                      },
                      "config": {
                        "type": "object",
                        "x-weft-json": true,
                        "description": "Configuration of the filter, checked against the schema of the filter.",
                        "default": {}
                      },
                      "go_plugin_config": {
                        "type": "object",
                        "x-weft-json": true,
                        "description": "A filter in a Go shared object.",
                        "x-weft-class": "unsupported",
                        "x-weft-hint": "Go plugins cannot be loaded: write the filter with the SDK"
                      }
                    },
                    "description": "One stream filter."
                  },
                  "default": [],
                  "maxItems": 64,
                  "description": "Stream filters; requests pass them in this order, responses in the reverse one."
                },
                "inspector": {
                  "type": "boolean",
                  "description": "Takes TLS and plain text on one port.",
                  "x-weft-class": "unsupported",
                  "x-weft-hint": "TLS is not in this release, so there is only plain text"
                },
                "connection_idle_timeout": {
                  "x-weft-format": "duration",
                  "x-weft-unit": "ms",
                  "minimum": 0,
                  "description": "Closes a connection on which nothing happened for so long; 0 never does.",
                  "default": "90s",
                  "examples": [
                    "5m"
                  ]
                },
                "default_read_buffer_size": {
                  "x-weft-format": "bytes",
                  "x-weft-unit": "bytes",
                  "minimum": 0,
                  "description": "First size of the read buffer.",
                  "x-weft-class": "ignored",
                  "x-weft-hint": "read buffers are shared and size themselves"
                }
              },
              "description": "One listener."
            },
            "default": [],
            "maxItems": 4096,
            "description": "Listeners."
          },
          "routers": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "router_config_name"
              ],
              "properties": {
                "router_config_name": {
                  "type": "string",
                  "maxLength": 256,
                  "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                  "x-weft-expected": "a name of 1 to 256 characters without control characters",
                  "description": "Name by which a `proxy` filter finds it.",
                  "examples": [
                    "routes"
                  ]
                },
                "request_headers_to_add": requestHeadersToAddPart,
                "request_headers_to_remove": requestHeadersToRemovePart,
                "response_headers_to_add": responseHeadersToAddPart,
                "response_headers_to_remove": responseHeadersToRemovePart,
                "router_configs": {
                  "type": "string",
                  "maxLength": 4096,
                  "description": "Folder with one virtual host a file, in place of `virtual_hosts`; relative to the configuration file.",
                  "default": ""
                },
                "virtual_hosts": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": [
                      "domains"
                    ],
                    "properties": {
                      "name": {
                        "type": "string",
                        "maxLength": 256,
                        "description": "Name, unique in the router configuration.",
                        "default": "",
                        "examples": [
                          "web"
                        ]
                      },
                      "domains": {
                        "type": "array",
                        "items": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 512,
                          "description": "A domain."
                        },
                        "minItems": 1,
                        "maxItems": 65536,
                        "description": "Host names, `*.suffix` or `*`, each with `:port` or `:*` where it matters; compared without case.",
                        "examples": [
                          [
                            "example.com",
                            "*.example.com"
                          ]
                        ]
                      },
                      "routers": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "required": [
                            "match"
                          ],
                          "properties": {
                            "match": {
                              "type": "object",
                              "properties": {
                                "prefix": {
                                  "type": "string",
                                  "maxLength": 4096,
                                  "description": "Beginning of the path, case-sensitive. Neither CONNECT, which has no path, nor `OPTIONS *` begins with /.",
                                  "default": "",
                                  "examples": [
                                    "/api/"
                                  ]
                                },
                                "path": {
                                  "type": "string",
                                  "maxLength": 4096,
                                  "description": "The whole path, case-sensitive; `*` is the target of `OPTIONS *`.",
                                  "default": "",
                                  "examples": [
                                    "/healthz"
                                  ]
                                },
                                "regex": {
                                  "type": "string",
                                  "maxLength": 4096,
                                  "description": "Regular expression that the path must contain a match of. No look-around and no back-references.",
                                  "default": "",
                                  "examples": [
                                    "^/v[0-9]+/"
                                  ]
                                },
                                "headers": {
                                  "type": "array",
                                  "items": {
                                    "type": "object",
                                    "required": [
                                      "name"
                                    ],
                                    "properties": {
                                      "name": {
                                        "type": "string",
                                        "minLength": 1,
                                        "maxLength": 256,
                                        "description": "Name of the header; `method` is the method of an HTTP request.",
                                        "examples": [
                                          "service"
                                        ]
                                      },
                                      "value": {
                                        "type": "string",
                                        "maxLength": 4096,
                                        "description": "The value, or an expression that it must contain a match of.",
                                        "default": ""
                                      },
                                      "regex": {
                                        "type": "boolean",
                                        "description": "Takes `value` as a regular expression.",
                                        "default": false
                                      }
                                    },
                                    "description": "One condition on a header."
                                  },
                                  "default": [],
                                  "maxItems": 64,
                                  "description": "Conditions on headers; all must hold."
                                },
                                "variables": {
                                  "type": "array",
                                  "items": {
                                    "type": "object",
                                    "required": [
                                      "name"
                                    ],
                                    "properties": {
                                      "name": {
                                        "type": "string",
                                        "maxLength": 256,
                                        "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                                        "x-weft-expected": "a name of 1 to 256 characters without control characters",
                                        "description": "Name of the variable.",
                                        "examples": [
                                          "x-mosn-path"
                                        ]
                                      },
                                      "value": {
                                        "type": "string",
                                        "maxLength": 4096,
                                        "description": "The value, compared exactly.",
                                        "default": ""
                                      },
                                      "regex": {
                                        "type": "string",
                                        "maxLength": 4096,
                                        "description": "A regular expression in place of `value`.",
                                        "default": ""
                                      },
                                      "model": {
                                        "type": "string",
                                        "enum": [
                                          "and",
                                          "or"
                                        ],
                                        "description": "How this condition is joined with the next one; conditions are evaluated from the first to the last.",
                                        "default": "and",
                                        "x-weft-zero-is-default": true
                                      }
                                    },
                                    "description": "One condition on a variable."
                                  },
                                  "default": [],
                                  "maxItems": 64,
                                  "description": "Conditions on variables."
                                },
                                "dsl_expressions": {
                                  "type": "array",
                                  "items": {
                                    "type": "object",
                                    "x-weft-json": true,
                                    "description": "One expression."
                                  },
                                  "default": [],
                                  "maxItems": 65536,
                                  "description": "Conditions in the expression language.",
                                  "x-weft-class": "unsupported",
                                  "x-weft-hint": "the expression language is not in this release: use headers, variables or regex"
                                }
                              },
                              "description": "Which requests the route takes. Of prefix, path, regex and variables the first that is given counts; headers always do. CONNECT has no path: a match without prefix, path and regex takes it, such as one of the header `method` alone."
                            },
                            "route": {
                              "type": "object",
                              "properties": {
                                "cluster_name": {
                                  "type": "string",
                                  "maxLength": 256,
                                  "description": "Cluster that takes the requests.",
                                  "default": "",
                                  "examples": [
                                    "backend"
                                  ]
                                },
                                "cluster_variable": {
                                  "type": "string",
                                  "maxLength": 256,
                                  "description": "Variable that holds the name of the cluster; `cluster_name` is used when it is empty. A predefined one, or one that a stream filter declares.",
                                  "default": ""
                                },
                                "upstream_protocol": {
                                  "type": "string",
                                  "maxLength": 64,
                                  "description": "Protocol towards the hosts; when empty or `Auto`, that of the caller. A transcoder on the listener converts to the one that is named here, to its own where it is empty, and not at all with `Auto`.",
                                  "default": "",
                                  "examples": [
                                    "Http2"
                                  ]
                                },
                                "cluster_header": {
                                  "type": "string",
                                  "description": "Header that holds the name of the cluster.",
                                  "x-weft-class": "ignored",
                                  "x-weft-hint": "MOSN never reads it: use cluster_variable"
                                },
                                "weighted_clusters": {
                                  "type": "array",
                                  "items": {
                                    "type": "object",
                                    "required": [
                                      "cluster"
                                    ],
                                    "properties": {
                                      "cluster": {
                                        "type": "object",
                                        "required": [
                                          "name"
                                        ],
                                        "properties": {
                                          "name": {
                                            "type": "string",
                                            "maxLength": 256,
                                            "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                                            "x-weft-expected": "a name of 1 to 256 characters without control characters",
                                            "description": "Name of the cluster.",
                                            "examples": [
                                              "backend-v2"
                                            ]
                                          },
                                          "weight": {
                                            "type": "integer",
                                            "minimum": 0,
                                            "maximum": 1000000,
                                            "description": "Its share of the sum of all weights.",
                                            "default": 0,
                                            "examples": [
                                              10
                                            ]
                                          },
                                          "metadata_match": {
                                            "x-weft-json": true,
                                            "description": "Labels that the host must have.",
                                            "x-weft-class": "ignored",
                                            "x-weft-hint": "it selects a subset, and subset load balancing is not in this release"
                                          }
                                        },
                                        "description": "The cluster."
                                      }
                                    },
                                    "description": "One cluster and its share."
                                  },
                                  "default": [],
                                  "maxItems": 256,
                                  "description": "Several clusters by weight, tried in the order given here.",
                                  "examples": [
                                    [
                                      {
                                        "cluster": {
                                          "name": "backend-v1",
                                          "weight": 90
                                        }
                                      },
                                      {
                                        "cluster": {
                                          "name": "backend-v2",
                                          "weight": 10
                                        }
                                      }
                                    ]
                                  ]
                                },
                                "hash_policy": {
                                  "type": "array",
                                  "items": {
                                    "type": "object",
                                    "x-weft-json": true,
                                    "description": "One policy."
                                  },
                                  "default": [],
                                  "maxItems": 65536,
                                  "description": "What consistent hashing hashes.",
                                  "x-weft-class": "unsupported",
                                  "x-weft-hint": "consistent hashing is not in this release"
                                },
                                "metadata_match": {
                                  "x-weft-json": true,
                                  "description": "Labels that the host must have.",
                                  "x-weft-class": "ignored",
                                  "x-weft-hint": "it selects a subset, and subset load balancing is not in this release"
                                },
                                "timeout": {
                                  "x-weft-format": "duration",
                                  "x-weft-unit": "ms",
                                  "minimum": 0,
                                  "description": "Time for the whole exchange, all attempts and the whole response included. When it is 0, the response must begin within 60 s and may take as long as it flows.",
                                  "default": 0,
                                  "examples": [
                                    "3s"
                                  ]
                                },
                                "retry_policy": {
                                  "type": "object",
                                  "properties": {
                                    "retry_on": {
                                      "type": "boolean",
                                      "description": "Retries what is safe to retry; false retries nothing.",
                                      "default": false,
                                      "examples": [
                                        true
                                      ]
                                    },
                                    "retry_timeout": {
                                      "x-weft-format": "duration",
                                      "x-weft-unit": "ms",
                                      "minimum": 0,
                                      "description": "Time for one attempt; 0 leaves only the timeout of the route.",
                                      "default": 0,
                                      "examples": [
                                        "2s"
                                      ]
                                    },
                                    "num_retries": {
                                      "type": "integer",
                                      "minimum": 0,
                                      "maximum": 100,
                                      "x-weft-unit": "attempts",
                                      "description": "Attempts after the first one.",
                                      "default": 3,
                                      "examples": [
                                        1
                                      ]
                                    },
                                    "status_codes": {
                                      "type": "array",
                                      "items": {
                                        "type": "integer",
                                        "minimum": 100,
                                        "maximum": 599,
                                        "description": "A status code."
                                      },
                                      "default": [],
                                      "maxItems": 500,
                                      "description": "Status codes that are retried; when empty, those from 500.",
                                      "examples": [
                                        [
                                          502,
                                          503
                                        ]
                                      ]
                                    }
                                  },
                                  "description": "What happens when an attempt fails."
                                },
                                "prefix_rewrite": {
                                  "type": "string",
                                  "maxLength": 4096,
                                  "description": "Replaces the matched prefix (or path) of the path; begins with /. `x-mosn-original-path` keeps the path as it was.",
                                  "default": "",
                                  "examples": [
                                    "/v2/"
                                  ]
                                },
                                "regex_rewrite": {
                                  "type": "object",
                                  "required": [
                                    "pattern"
                                  ],
                                  "properties": {
                                    "pattern": {
                                      "type": "object",
                                      "required": [
                                        "regex"
                                      ],
                                      "properties": {
                                        "google_re2": {
                                          "type": "object",
                                          "x-weft-json": true,
                                          "description": "Bounds of the RE2 engine.",
                                          "x-weft-class": "ignored",
                                          "x-weft-hint": "the engine of the proxy has bounds of its own"
                                        },
                                        "regex": {
                                          "type": "string",
                                          "minLength": 1,
                                          "maxLength": 4096,
                                          "description": "Regular expression.",
                                          "examples": [
                                            "^/users/([0-9]+)"
                                          ]
                                        }
                                      },
                                      "description": "What is replaced."
                                    },
                                    "substitution": {
                                      "type": "string",
                                      "maxLength": 4096,
                                      "description": "Replacement; `\\1` to `\\9` stand for the groups, `\\0` for the whole match, `\\\\` for a backslash. A path that does not begin with / behind it gets one.",
                                      "default": ""
                                    }
                                  },
                                  "description": "Replaces every match in the path; prefix_rewrite beats it."
                                },
                                "host_rewrite": {
                                  "type": "string",
                                  "maxLength": 256,
                                  "description": "Host header towards the host.",
                                  "default": "",
                                  "examples": [
                                    "backend.internal"
                                  ]
                                },
                                "auto_host_rewrite": {
                                  "type": "boolean",
                                  "description": "Takes the host name of the chosen host as Host header.",
                                  "default": false
                                },
                                "auto_host_rewrite_header": {
                                  "type": "string",
                                  "maxLength": 256,
                                  "description": "Takes the value of this request header as Host header.",
                                  "default": ""
                                },
                                "request_headers_to_add": requestHeadersToAddPart,
                                "request_headers_to_remove": requestHeadersToRemovePart,
                                "response_headers_to_add": responseHeadersToAddPart,
                                "response_headers_to_remove": responseHeadersToRemovePart
                              },
                              "description": "Forwards the request to a cluster."
                            },
                            "redirect": {
                              "type": "object",
                              "properties": {
                                "response_code": {
                                  "type": "integer",
                                  "enum": [
                                    301,
                                    302,
                                    303,
                                    307,
                                    308
                                  ],
                                  "description": "Status of the redirect.",
                                  "default": 301,
                                  "x-weft-zero-is-default": true
                                },
                                "path_redirect": {
                                  "type": "string",
                                  "maxLength": 4096,
                                  "description": "New path, begins with /; the query is kept unless this has one.",
                                  "default": ""
                                },
                                "host_redirect": {
                                  "type": "string",
                                  "maxLength": 256,
                                  "description": "New host, with port where one is needed.",
                                  "default": ""
                                },
                                "scheme_redirect": {
                                  "type": "string",
                                  "enum": [
                                    "http",
                                    "https"
                                  ],
                                  "x-weft-ignore-case": true,
                                  "description": "New scheme; a port that is the default of the other scheme is dropped.",
                                  "x-weft-zero-is-default": true
                                }
                              },
                              "description": "Answers with a redirect."
                            },
                            "direct_response": {
                              "type": "object",
                              "required": [
                                "status"
                              ],
                              "properties": {
                                "status": {
                                  "type": "integer",
                                  "minimum": 200,
                                  "maximum": 599,
                                  "description": "Status of the answer.",
                                  "examples": [
                                    200
                                  ]
                                },
                                "body": {
                                  "type": "string",
                                  "maxLength": 1048576,
                                  "description": "Body of the answer.",
                                  "default": "",
                                  "examples": [
                                    "ok\n"
                                  ]
                                }
                              },
                              "description": "Answers without a host."
                            },
                            "metadata": {
                              "x-weft-json": true,
                              "description": "Labels that the host must have.",
                              "x-weft-class": "ignored",
                              "x-weft-hint": "it selects a subset, and subset load balancing is not in this release"
                            },
                            "per_filter_config": perFilterConfigPart,
                            "request_mirror_policies": {
                              "type": "object",
                              "x-weft-json": true,
                              "description": "Copies requests to another cluster.",
                              "x-weft-class": "unsupported",
                              "x-weft-hint": "routes mirror nothing in this release; governance rules of type MIRROR do"
                            }
                          },
                          "description": "One route: a match and exactly one of route, redirect and direct_response."
                        },
                        "default": [],
                        "maxItems": 65536,
                        "description": "Routes; the first that matches takes the request."
                      },
                      "require_tls": {
                        "type": "string",
                        "description": "Demands TLS.",
                        "x-weft-class": "ignored",
                        "x-weft-hint": "MOSN never reads it"
                      },
                      "request_headers_to_add": requestHeadersToAddPart,
                      "request_headers_to_remove": requestHeadersToRemovePart,
                      "response_headers_to_add": responseHeadersToAddPart,
                      "response_headers_to_remove": responseHeadersToRemovePart,
                      "per_filter_config": perFilterConfigPart
                    },
                    "description": "One virtual host."
                  },
                  "default": [],
                  "maxItems": 65536,
                  "description": "Virtual hosts."
                }
              },
              "description": "One router configuration."
            },
            "default": [],
            "maxItems": 4096,
            "description": "Router configurations."
          }
        },
        "description": "The server."
      },
      "minItems": 1,
      "maxItems": 1,
      "description": "Exactly one server."
    },
    "cluster_manager": {
      "type": "object",
      "properties": {
        "tls_context": tlsContextPart,
        "cluster_pool_enable": {
          "type": "boolean",
          "description": "As `cluster_pool_enable` of every cluster.",
          "x-weft-class": "ignored",
          "x-weft-hint": "connections of clusters are always kept apart"
        },
        "clusters_configs": {
          "type": "string",
          "maxLength": 4096,
          "description": "Folder with one cluster a file, in place of `clusters`; relative to the configuration file.",
          "default": ""
        },
        "clusters": {
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "name"
            ],
            "properties": {
              "name": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                "x-weft-expected": "a name of 1 to 256 characters without control characters",
                "description": "Name, unique among clusters.",
                "examples": [
                  "backend"
                ]
              },
              "type": {
                "type": "string",
                "enum": [
                  "SIMPLE",
                  "STATIC",
                  "STRICT_DNS"
                ],
                "x-weft-unsupported-values": {
                  "DYNAMIC": "list the hosts in a SIMPLE cluster",
                  "EDS": "endpoint discovery is not in this release: list the hosts in a SIMPLE cluster",
                  "ORIGINAL_DST": "transparent interception is not in this release: list the hosts in a SIMPLE cluster"
                },
                "description": "Where the hosts come from: SIMPLE and STATIC take them as they are given, STRICT_DNS resolves their names.",
                "default": "SIMPLE",
                "x-weft-zero-is-default": true
              },
              "sub_type": {
                "type": "string",
                "description": "Kind of the registry.",
                "x-weft-class": "ignored",
                "x-weft-hint": "MOSN never reads it"
              },
              "lb_type": {
                "type": "string",
                "maxLength": 64,
                "x-weft-expected": "the name of a load balancer, such as LB_ROUNDROBIN",
                "x-weft-unsupported-values": {
                  "LB_LEAST_CONNECTION": "choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST",
                  "LB_PEAK_EWMA": "choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST",
                  "LB_MAGLEV": "choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST",
                  "LB_REQUEST_ROUNDROBIN": "choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST",
                  "LB_ORIGINAL_DST": "choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST"
                },
                "description": "Load balancer: LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM, LB_LEAST_REQUEST, or that of an extension.",
                "default": "LB_ROUNDROBIN",
                "x-weft-zero-is-default": true
              },
              "max_request_per_conn": {
                "type": "integer",
                "minimum": 0,
                "maximum": 4294967295,
                "x-weft-unit": "requests",
                "description": "Requests on one connection before it is replaced.",
                "default": 1024,
                "x-weft-zero-is-default": true
              },
              "conn_buffer_limit_bytes": {
                "type": "integer",
                "minimum": 0,
                "maximum": 4294967295,
                "x-weft-unit": "bytes",
                "description": "Bytes waiting for one connection to a host before the caller is no longer read.",
                "default": 16384,
                "x-weft-zero-is-default": true
              },
              "mark": {
                "type": "integer",
                "minimum": 0,
                "maximum": 4294967295,
                "description": "SO_MARK of connections to hosts.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "set the mark with a rule of the firewall"
              },
              "circuit_breakers": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "max_connections": {
                      "type": "integer",
                      "minimum": 0,
                      "maximum": 4294967295,
                      "description": "Connections to the hosts at one time, over all threads; 0 = unlimited.",
                      "default": 0,
                      "examples": [
                        1024
                      ]
                    },
                    "max_pending_requests": {
                      "type": "integer",
                      "minimum": 0,
                      "maximum": 4294967295,
                      "description": "Requests that wait for a connection at one time, over all threads; 0 = unlimited.",
                      "default": 0,
                      "examples": [
                        1024
                      ]
                    },
                    "max_requests": {
                      "type": "integer",
                      "minimum": 0,
                      "maximum": 4294967295,
                      "description": "Requests in flight at one time, over all threads; 0 = unlimited.",
                      "default": 0,
                      "examples": [
                        1024
                      ]
                    },
                    "max_retries": {
                      "type": "integer",
                      "minimum": 0,
                      "maximum": 4294967295,
                      "description": "Retries in flight at one time, over all threads; 0 = unlimited.",
                      "default": 0,
                      "examples": [
                        1024
                      ]
                    }
                  },
                  "description": "Limits of the cluster."
                },
                "default": [],
                "maxItems": 16,
                "description": "Limits; only the first entry counts.",
                "examples": [
                  [
                    {
                      "max_connections": 1024
                    }
                  ]
                ]
              },
              "health_check": {
                "type": "object",
                "properties": {
                  "protocol": {
                    "type": "string",
                    "maxLength": 64,
                    "description": "Kind of the check, compared without case: `Http1`, `tcp`, or that of an extension; `tcp` when empty.",
                    "default": "",
                    "examples": [
                      "Http1"
                    ]
                  },
                  "service_name": {
                    "type": "string",
                    "maxLength": 256,
                    "description": "Name for messages. Hosts are checked when this or `protocol` is given.",
                    "default": "",
                    "examples": [
                      "backend"
                    ]
                  },
                  "timeout": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "description": "Time for one check.",
                    "default": "1s",
                    "x-weft-zero-is-default": true
                  },
                  "interval": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 10,
                    "description": "Time between two checks of a host.",
                    "default": "15s",
                    "examples": [
                      "5s"
                    ],
                    "x-weft-zero-is-default": true
                  },
                  "interval_jitter": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "description": "Up to so much is added to every interval, so that checks spread.",
                    "default": "5ms"
                  },
                  "initial_delay_seconds": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "description": "Time before the first check.",
                    "default": "1s",
                    "x-weft-zero-is-default": true
                  },
                  "healthy_threshold": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 1000,
                    "x-weft-unit": "checks",
                    "description": "Good checks in a row that make a host healthy.",
                    "default": 1,
                    "x-weft-zero-is-default": true
                  },
                  "unhealthy_threshold": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 1000,
                    "x-weft-unit": "checks",
                    "description": "Failed checks in a row that make a host unhealthy.",
                    "default": 1,
                    "x-weft-zero-is-default": true
                  },
                  "check_config": {
                    "type": "object",
                    "x-weft-json": true,
                    "description": "Options of the check, read by the checker: `http_check_config` with port, timeout, path, method, scheme, domain and codes for `Http1`.",
                    "default": {},
                    "examples": [
                      {
                        "http_check_config": {
                          "path": "/healthz"
                        }
                      }
                    ]
                  },
                  "event_log_path": {
                    "type": "string",
                    "maxLength": 4096,
                    "description": "File that gets a line for every change of health; none when empty.",
                    "default": ""
                  },
                  "common_callbacks": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "x-weft-json": true,
                      "description": "A name."
                    },
                    "default": [],
                    "maxItems": 65536,
                    "description": "Callbacks registered in Go.",
                    "x-weft-class": "ignored",
                    "x-weft-hint": "there is no Go program around the proxy"
                  }
                },
                "description": "Active health checks."
              },
              "spec": {
                "x-weft-json": true,
                "description": "Subscriptions.",
                "x-weft-class": "ignored",
                "x-weft-hint": "MOSN only carries it along"
              },
              "lb_subset_config": {
                "type": "object",
                "x-weft-json": true,
                "description": "Subsets of hosts by their labels.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "subset load balancing is not in this release"
              },
              "original_dst_lb_config": {
                "type": "object",
                "x-weft-json": true,
                "description": "Options of LB_ORIGINAL_DST.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "transparent interception is not in this release"
              },
              "tls_context": tlsContextPart,
              "cluster_manager_tls": {
                "type": "boolean",
                "description": "Uses the TLS context of the cluster manager.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "TLS is not in this release"
              },
              "hosts": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": [
                    "address"
                  ],
                  "properties": {
                    "address": {
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 512,
                      "description": "`ip:port`, `[ipv6]:port`, `host:port` or `unix:/path`.",
                      "examples": [
                        "10.0.0.7:8080"
                      ]
                    },
                    "hostname": {
                      "type": "string",
                      "maxLength": 256,
                      "description": "Name of the host, for `auto_host_rewrite` and health checks.",
                      "default": ""
                    },
                    "weight": {
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 128,
                      "x-weft-clamp": true,
                      "description": "Share of the host where the load balancer reads weights; 1 to 128, 0 means 1.",
                      "default": 1,
                      "examples": [
                        2
                      ],
                      "x-weft-zero-is-default": true
                    },
                    "metadata": {
                      "type": "object",
                      "properties": {
                        "filter_metadata": {
                          "type": "object",
                          "properties": {
                            "mosn.lb": {
                              "type": "object",
                              "additionalProperties": {
                                "type": "string",
                                "description": "The value of this key."
                              },
                              "description": "Labels of the host, such as a version or a zone.",
                              "default": {},
                              "examples": [
                                {
                                  "version": "v2"
                                }
                              ]
                            }
                          },
                          "description": "Labels by their reader."
                        }
                      },
                      "description": "Labels; shown in dumps."
                    },
                    "tls_disable": {
                      "type": "boolean",
                      "description": "Speaks plain text to this host even where the cluster has TLS.",
                      "default": false
                    }
                  },
                  "description": "One host."
                },
                "default": [],
                "maxItems": 65536,
                "description": "Hosts.",
                "examples": [
                  [
                    {
                      "address": "10.0.0.7:8080"
                    }
                  ]
                ]
              },
              "connect_timeout": {
                "x-weft-format": "duration",
                "x-weft-unit": "ms",
                "minimum": 0,
                "description": "Time to connect to a host.",
                "default": "10s",
                "examples": [
                  "500ms"
                ],
                "x-weft-zero-is-default": true
              },
              "idle_timeout": {
                "x-weft-format": "duration",
                "x-weft-unit": "ms",
                "minimum": 0,
                "description": "Closes a connection to a host that was idle for so long; 0 never does.",
                "default": "90s"
              },
              "keepalive": {
                "type": "object",
                "properties": {
                  "interval": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "description": "Sends a heartbeat so often on a connection without traffic; 0 leaves the default of the protocol.",
                    "default": 0,
                    "examples": [
                      "15s"
                    ]
                  },
                  "timeout": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "description": "Counts a heartbeat as lost after so long.",
                    "default": "1s",
                    "x-weft-zero-is-default": true
                  }
                },
                "description": "Heartbeats of multiplexed protocols.",
                "default": {}
              },
              "lbconfig": {
                "type": "object",
                "properties": {
                  "choice_count": {
                    "type": "integer",
                    "minimum": 2,
                    "maximum": 64,
                    "x-weft-unit": "hosts",
                    "description": "Hosts drawn for one choice.",
                    "default": 2,
                    "x-weft-zero-is-default": true
                  },
                  "active_request_bias": {
                    "type": "number",
                    "description": "Exponent of the requests in flight where weights differ.",
                    "default": 1,
                    "minimum": 0,
                    "maximum": 100
                  },
                  "client_error_bias": {
                    "type": "number",
                    "description": "Exponent of the share of client errors; read by LB_PEAK_EWMA.",
                    "default": 1,
                    "minimum": 0,
                    "maximum": 100
                  },
                  "server_error_bias": {
                    "type": "number",
                    "description": "Exponent of the share of server errors; read by LB_PEAK_EWMA.",
                    "default": 1,
                    "minimum": 0,
                    "maximum": 100
                  }
                },
                "description": "Configuration of the load balancer.",
                "default": {}
              },
              "dns_refresh_rate": {
                "x-weft-format": "duration",
                "x-weft-unit": "ms",
                "minimum": 100,
                "description": "Resolves host names again so often.",
                "default": "5s",
                "x-weft-zero-is-default": true
              },
              "respect_dns_ttl": {
                "type": "boolean",
                "description": "Waits as long as the answer of the name server says, in place of dns_refresh_rate.",
                "default": false
              },
              "dns_lookup_family": {
                "type": "string",
                "enum": [
                  "V4_ONLY",
                  "V6_ONLY"
                ],
                "description": "Addresses that are asked for.",
                "default": "V4_ONLY",
                "x-weft-zero-is-default": true
              },
              "dns_resolvers": {
                "type": "object",
                "x-weft-json": true,
                "description": "Name servers of this cluster.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "host names are resolved as the system is configured"
              },
              "dns_resolver_file": {
                "type": "string",
                "description": "A file in place of /etc/resolv.conf.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "host names are resolved as the system is configured"
              },
              "dns_resolver_port": {
                "type": "string",
                "description": "Port of the name servers.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "host names are resolved as the system is configured"
              },
              "slow_start": {
                "type": "object",
                "x-weft-json": true,
                "description": "Raises the weight of a new host slowly.",
                "x-weft-class": "unsupported",
                "x-weft-hint": "slow start is not in this release",
                "x-weft-switch": "mode"
              },
              "weft": {
                "type": "object",
                "properties": {
                  "hosts_wait": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "maximum": 60000,
                    "description": "A request that finds no host in the cluster waits so long for a change that brings some; 0 does not wait.",
                    "default": 0
                  },
                  "connect_ejection": {
                    "x-weft-format": "duration",
                    "x-weft-unit": "ms",
                    "minimum": 0,
                    "maximum": 600000,
                    "description": "A host that cannot be connected to gets no more requests for so long; 0 goes on trying.",
                    "default": 0,
                    "examples": [
                      "5s"
                    ]
                  },
                  "protect_threshold": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 100,
                    "x-weft-unit": "%",
                    "description": "While a smaller share of the hosts is healthy, health is ignored and all of them get requests: a broken check must not empty a cluster. 0 never ignores it.",
                    "default": 0,
                    "examples": [
                      50
                    ]
                  }
                },
                "description": "What MOSN does not have.",
                "default": {},
                "x-weft-strict": true
              },
              "cluster_pool_enable": {
                "type": "boolean",
                "description": "Keeps connections of this cluster apart from those of others with the same address.",
                "default": false
              }
            },
            "description": "One cluster."
          },
          "default": [],
          "maxItems": 65536,
          "description": "Clusters."
        }
      },
      "description": "The clusters.",
      "default": {}
    },
    "admin": {
      "type": "object",
      "required": [
        "address"
      ],
      "properties": {
        "address": {
          "type": "object",
          "required": [
            "socket_address"
          ],
          "properties": {
            "socket_address": {
              "type": "object",
              "required": [
                "port_value"
              ],
              "properties": {
                "address": {
                  "type": "string",
                  "maxLength": 256,
                  "description": "Address of the admin server. Whoever reaches it can stop the proxy.",
                  "default": "127.0.0.1",
                  "x-weft-zero-is-default": true
                },
                "port_value": {
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 65535,
                  "description": "Port of the admin server; 0 = any free one.",
                  "examples": [
                    34901
                  ]
                }
              },
              "description": "The address."
            }
          },
          "description": "Where it listens."
        },
        "access_log_path": {
          "type": "string",
          "description": "Access log of the admin server.",
          "x-weft-class": "ignored",
          "x-weft-hint": "MOSN never reads it"
        }
      },
      "description": "The admin server; without this object there is none."
    },
    "metrics": {
      "type": "object",
      "properties": {
        "sinks": {
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "type"
            ],
            "properties": {
              "type": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                "x-weft-expected": "a name of 1 to 256 characters without control characters",
                "description": "Kind of the sink.",
                "examples": [
                  "prometheus"
                ]
              },
              "config": {
                "type": "object",
                "properties": {
                  "port": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 65535,
                    "description": "Port of the page; 0 = any free one.",
                    "examples": [
                      34903
                    ]
                  },
                  "address": {
                    "type": "string",
                    "maxLength": 256,
                    "description": "Address of the page.",
                    "default": "127.0.0.1",
                    "examples": [
                      "0.0.0.0"
                    ],
                    "x-weft-zero-is-default": true
                  },
                  "endpoint": {
                    "type": "string",
                    "maxLength": 256,
                    "pattern": "^/[\\u0021-\\u007e]*$",
                    "x-weft-expected": "a path that begins with / and has no spaces",
                    "description": "Path of the page.",
                    "default": "/metrics",
                    "x-weft-zero-is-default": true
                  },
                  "export_url": {
                    "type": "string",
                    "description": "Where metrics are pushed to.",
                    "x-weft-class": "unsupported",
                    "x-weft-hint": "metrics are not pushed: read them from the page of the sink"
                  },
                  "disable_collect_process": {
                    "type": "boolean",
                    "description": "Leaves out metrics of the process.",
                    "x-weft-class": "ignored",
                    "x-weft-hint": "they are always there"
                  },
                  "disable_collect_go": {
                    "type": "boolean",
                    "description": "Leaves out metrics of the Go runtime.",
                    "x-weft-class": "ignored",
                    "x-weft-hint": "there is none"
                  },
                  "percentiles": {
                    "x-weft-json": true,
                    "description": "Percentiles of histograms.",
                    "x-weft-class": "ignored",
                    "x-weft-hint": "histograms have fixed buckets"
                  }
                },
                "description": "Configuration of the sink `prometheus`, which needs a port.",
                "default": {}
              }
            },
            "description": "One way out for metrics."
          },
          "default": [],
          "maxItems": 16,
          "description": "Where metrics go.",
          "examples": [
            [
              {
                "type": "prometheus",
                "config": {
                  "port": 34903
                }
              }
            ]
          ]
        },
        "stats_matcher": {
          "x-weft-json": true,
          "description": "Metrics that are left out.",
          "x-weft-class": "ignored",
          "x-weft-hint": "all metrics are shown: leave them out where they are collected"
        },
        "shm_zone": {
          "type": "string",
          "description": "Name of the shared memory file.",
          "x-weft-class": "ignored",
          "x-weft-hint": "counters always live in memory that the threads share"
        },
        "shm_size": {
          "type": "string",
          "description": "Size of the shared memory file.",
          "x-weft-class": "ignored",
          "x-weft-hint": "counters always live in memory that the threads share"
        },
        "flush_mosn": {
          "type": "boolean",
          "description": "Hands metrics of the process itself to the sinks.",
          "x-weft-class": "ignored",
          "x-weft-hint": "they are always there"
        },
        "lazy_flush": {
          "type": "boolean",
          "description": "Leaves out metrics that did not change.",
          "x-weft-class": "ignored",
          "x-weft-hint": "metrics are read when somebody asks"
        },
        "sample": {
          "x-weft-json": true,
          "description": "Sampling of histograms.",
          "x-weft-class": "ignored",
          "x-weft-hint": "histograms have fixed buckets and keep every value"
        },
        "ewma": {
          "x-weft-json": true,
          "description": "Decay of the averages of LB_PEAK_EWMA.",
          "x-weft-class": "ignored",
          "x-weft-hint": "LB_PEAK_EWMA is not in this release"
        }
      },
      "description": "Metrics.",
      "default": {}
    },
    "weft": {
      "type": "object",
      "properties": {
        "profile": {
          "type": "string",
          "enum": [
            "standard",
            "sofastack"
          ],
          "description": "`sofastack` keeps the file tree, paths and host names of SOFAStack installations; `standard` has none of them.",
          "default": "standard"
        },
        "data_threads": {
          "x-weft-format": "auto-count",
          "x-weft-unit": "0 = auto",
          "minimum": 0,
          "maximum": 256,
          "description": "Data threads; beats `processor` of the server unless it is `auto`.",
          "default": "auto",
          "examples": [
            2
          ]
        },
        "max_connections": {
          "type": "integer",
          "minimum": 1,
          "maximum": 10000000,
          "x-weft-unit": "connections",
          "description": "Connections of callers, over all threads; more are closed when they are accepted, and counted.",
          "default": 65536
        },
        "soft_buffer_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 1048576,
          "maximum": 68719476736,
          "description": "Bytes that all connections may hold before none of them is read any more.",
          "default": "256MiB"
        },
        "hard_buffer_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 1048576,
          "maximum": 68719476736,
          "description": "Bytes that all connections may hold before requests are refused; above the soft mark.",
          "default": "512MiB"
        },
        "per_stream_buffer_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 16384,
          "maximum": 1073741824,
          "description": "Bytes that one request or response may wait with.",
          "default": "1MiB"
        },
        "per_connection_buffer_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 16384,
          "maximum": 1073741824,
          "description": "Bytes that all streams of one connection may wait with; a caller above it loses its connection once it has taken nothing for 5 s, or eight times as much waits.",
          "default": "4MiB"
        },
        "retry_buffer_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 0,
          "maximum": 67108864,
          "description": "Bytes of a request body kept for a retry; larger ones are not retried once a part of them was sent.",
          "default": "64KiB"
        },
        "max_header_count": {
          "type": "integer",
          "minimum": 1,
          "maximum": 10000,
          "x-weft-unit": "fields",
          "description": "Header fields of one message.",
          "default": 100
        },
        "max_header_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 1024,
          "maximum": 16777216,
          "description": "Size of all header fields of one HTTP/2 message, decoded. HTTP/1.1 has `max_header_size` in the `extend_config` of its proxy filter.",
          "default": "64KiB"
        },
        "detect_timeout": {
          "x-weft-format": "duration",
          "x-weft-unit": "ms",
          "minimum": 1,
          "maximum": 60000,
          "description": "Time for the first bytes that tell the protocol of a connection.",
          "default": "1s"
        },
        "detect_max_bytes": {
          "x-weft-format": "bytes",
          "x-weft-unit": "bytes",
          "minimum": 16,
          "maximum": 65536,
          "description": "First bytes looked at to tell the protocol of a connection.",
          "default": 512
        },
        "request_head_timeout": {
          "x-weft-format": "duration",
          "x-weft-unit": "ms",
          "minimum": 0,
          "maximum": 3600000,
          "description": "Time for the head of a request, from its first byte to its last, however it drips; 0 leaves only the idle timeout of the listener. HTTP/1.1 answers 408. A frame of HTTP/2 or of an RPC protocol has as much time.",
          "default": "60s",
          "examples": [
            "10s"
          ]
        },
        "watchdog_timeout": {
          "x-weft-format": "duration",
          "x-weft-unit": "ms",
          "minimum": 100,
          "maximum": 600000,
          "description": "A data thread that is silent for so long is ended and replaced, unless it is silent because it does not get the CPU.",
          "default": "2s"
        },
        "run_dir": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096,
          "description": "Folder of the pid file and of sockets. By default `/run/weft` for root, else `weft` in `$XDG_RUNTIME_DIR` or in the folder for temporary files.",
          "examples": [
            "/run/weft"
          ]
        },
        "state_dir": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096,
          "description": "Folder of the last good program. By default `/var/lib/weft` for root, else `weft` in `$XDG_STATE_HOME` or `~/.local/state`.",
          "examples": [
            "/var/lib/weft"
          ]
        },
        "admin_token_file": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096,
          "description": "File whose first line is the token that the admin server demands as `authorization: Bearer`; no token without it.",
          "examples": [
            "/etc/weft/admin-token"
          ]
        }
      },
      "description": "What MOSN has no key for.",
      "default": {},
      "x-weft-strict": true
    },
    "mesh": {
      "type": "object",
      "properties": {
        "app": {
          "type": "string",
          "maxLength": 128,
          "description": "Name of the application, as rules and the topology show it. `--app` and APPNAME beat it.",
          "default": "",
          "examples": [
            "reviews"
          ]
        },
        "zone": {
          "type": "string",
          "maxLength": 64,
          "description": "Zone of this proxy.",
          "default": "DEFAULT_ZONE",
          "examples": [
            "GZ00B"
          ]
        },
        "data_center": {
          "type": "string",
          "maxLength": 64,
          "description": "Data centre of this proxy.",
          "default": "",
          "examples": [
            "dc1"
          ]
        },
        "cluster": {
          "type": "string",
          "maxLength": 64,
          "description": "Cluster of machines that this proxy is in.",
          "default": ""
        },
        "labels": {
          "type": "object",
          "additionalProperties": {
            "type": "string",
            "description": "The value of this key."
          },
          "description": "Labels of this proxy, such as the version of its application.",
          "default": {}
        },
        "control": {
          "type": "object",
          "required": [
            "address"
          ],
          "properties": {
            "address": {
              "type": "string",
              "minLength": 1,
              "maxLength": 512,
              "description": "`host:port` of the control plane. `--control` of `weft proxy start` beats it.",
              "examples": [
                "127.0.0.1:9880"
              ]
            },
            "key_file": {
              "type": "string",
              "maxLength": 4096,
              "description": "File with the access key of this proxy (JSON, readable for its owner only). `--control-key-file` and WEFT_CONTROL_KEY_FILE beat it.",
              "default": "",
              "examples": [
                "/etc/weft/proxy-key.json"
              ]
            },
            "fresh_wait": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 0,
              "maximum": 300000,
              "description": "Time that a start waits for fresh rules and hosts where a snapshot of earlier ones is there; then it goes on with the snapshot.",
              "default": "5s"
            }
          },
          "description": "The control plane.",
          "x-weft-strict": true
        },
        "discovery": {
          "type": "object",
          "properties": {
            "address": {
              "type": "string",
              "minLength": 1,
              "maxLength": 512,
              "description": "Address of the API by which applications publish and subscribe. Callers that are not on this machine are refused.",
              "default": "127.0.0.1:13330",
              "examples": [
                "127.0.0.1:13330"
              ]
            },
            "advertise_address": {
              "type": "string",
              "maxLength": 64,
              "description": "IP address under which other proxies reach this one. By default that of the ingress listener.",
              "default": "",
              "examples": [
                "10.0.0.7"
              ]
            },
            "lease": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 2000,
              "maximum": 300000,
              "description": "What this proxy has published vanishes so long after the registry heard of it for the last time.",
              "default": "10s"
            },
            "leave_time": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 0,
              "maximum": 60000,
              "description": "Callers hear so late, at most, that something is no longer published here: until then what was taken back, or what a proxy that stops gracefully had published, is still served. 0 turns them away at once.",
              "default": "5s"
            },
            "empty_push_hold": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 0,
              "maximum": 3600000,
              "description": "While the registry is not sure who is there, hosts that a push lacks stay so long when it would empty their list, leave nobody who may be called, or lacks too many (`shrink_guard_percent`). Hosts that it has count at once.",
              "default": "30s"
            },
            "shrink_guard_percent": {
              "type": "integer",
              "minimum": 0,
              "maximum": 100,
              "x-weft-unit": "%",
              "description": "Hosts that a push lacks are too many (`empty_push_hold`) when they are a larger share of those that may be called; 100: only when nobody is left who may be.",
              "default": 60
            },
            "first_push_wait": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 0,
              "maximum": 60000,
              "description": "A call of a subscribed service whose hosts are not known yet waits so long for them; 0 answers 502 at once.",
              "default": "3s"
            },
            "connect_ejection": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 0,
              "maximum": 600000,
              "description": "A discovered host that refuses connections gets no more calls for so long; 0 goes on trying. The registry takes a dead host away when its lease ends.",
              "default": "5s"
            },
            "retries": {
              "type": "integer",
              "minimum": 0,
              "maximum": 10,
              "description": "How often a call of a discovered service is repeated at another host: when a host cannot be reached, and when GET, HEAD, OPTIONS, PUT or DELETE are answered with 502; 0 = never.",
              "default": 2
            },
            "protocols": {
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "protocol"
                ],
                "properties": {
                  "protocol": {
                    "type": "string",
                    "maxLength": 256,
                    "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                    "x-weft-expected": "a name of 1 to 256 characters without control characters",
                    "description": "Protocol of the services, as `downstream_protocol` names it.",
                    "examples": [
                      "Http1",
                      "bolt"
                    ]
                  },
                  "ingress_listener": {
                    "type": "string",
                    "maxLength": 256,
                    "description": "Listener for calls to the application of this proxy; its address is what gets published. Without one, nothing of this protocol can be published.",
                    "default": "",
                    "examples": [
                      "http_ingress"
                    ]
                  },
                  "egress_listener": {
                    "type": "string",
                    "maxLength": 256,
                    "description": "Listener for calls of the application to others; its address is what a subscriber is told. Without one, nothing of this protocol can be subscribed.",
                    "default": "",
                    "examples": [
                      "http_egress"
                    ]
                  },
                  "app_port": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 65535,
                    "description": "Port of the application on 127.0.0.1, for publications that name none; 0 = they must.",
                    "default": 0,
                    "examples": [
                      9080
                    ]
                  }
                },
                "description": "How services of one protocol come in and go out."
              },
              "default": [],
              "maxItems": 16,
              "description": "Protocols in the mesh, each at most once."
            }
          },
          "description": "Services that are published and subscribed at run time.",
          "default": {},
          "x-weft-strict": true
        }
      },
      "description": "The part of this proxy in a mesh.",
      "x-weft-strict": true
    },
    "governance": {
      "type": "object",
      "properties": {
        "reject_profile": {
          "type": "string",
          "enum": [
            "standard",
            "mosn"
          ],
          "description": "`standard` answers with what HTTP and RPC clients understand (429 for a limit), `mosn` with what MOSN answers (509).",
          "default": "standard"
        },
        "limit_message": {
          "type": "string",
          "maxLength": 512,
          "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
          "x-weft-expected": "a text of 1 to 512 characters without control characters",
          "description": "Text of an answer that refuses a request over its limit.",
          "default": "limit exceeded",
          "examples": [
            "mosn limit excepiton"
          ]
        },
        "app": {
          "type": "string",
          "maxLength": 128,
          "description": "App that this proxy stands for where `mesh` says nothing: rules of other apps are refused.",
          "default": "",
          "examples": [
            "details"
          ]
        },
        "route_record": {
          "type": "boolean",
          "description": "Writes a line to `routerecord.log` for each request that a routing rule sent somewhere. Without it the level DEBUG of that log does.",
          "default": false
        },
        "record": {
          "type": "object",
          "properties": {
            "enabled": {
              "type": "string",
              "enum": [
                "auto",
                "on",
                "off"
              ],
              "description": "`auto` remembers requests of ingress and egress listeners in a proxy with a control plane, which may ask for them; `on` elsewhere as well.",
              "default": "auto"
            },
            "samples_per_second": {
              "type": "integer",
              "minimum": 0,
              "maximum": 100000,
              "description": "Requests drawn at random, per second, caller, service and data thread. Rules are tried on them before they act; 0 = none.",
              "default": 5
            },
            "noticed_per_second": {
              "type": "integer",
              "minimum": 0,
              "maximum": 100000,
              "description": "Requests kept because a rule refused, delayed or diverted them, or would have, per second, caller, service and data thread; 0 = none.",
              "default": 20
            },
            "max_bytes": {
              "x-weft-format": "bytes",
              "x-weft-unit": "bytes",
              "minimum": 65536,
              "maximum": 268435456,
              "description": "Memory for all of them, in all data threads; the oldest go first.",
              "default": "8MiB"
            },
            "max_age": {
              "x-weft-format": "duration",
              "x-weft-unit": "ms",
              "minimum": 1000,
              "maximum": 86400000,
              "description": "Older ones are forgotten.",
              "default": "15m"
            },
            "redact": {
              "type": "array",
              "items": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
                "x-weft-expected": "a name of 1 to 256 characters without control characters",
                "description": "Name, in any case.",
                "examples": [
                  "x-customer-id"
                ]
              },
              "default": [],
              "maxItems": 256,
              "description": "Headers and entries of the baggage whose values are never kept, beside those that are named like a secret: authorization, cookie, token and the like."
            }
          },
          "description": "What the proxy remembers of requests, to explain them and to try rules on them.",
          "default": {}
        },
        "documents": {
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "data_id"
            ],
            "properties": {
              "data_id": {
                "type": "string",
                "minLength": 1,
                "maxLength": 2048,
                "description": "Name of the document: it says which type of rules it holds, and for which app.",
                "examples": [
                  "sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.details.flowControlRule,version=3.0@DRM"
                ]
              },
              "version": {
                "type": "integer",
                "minimum": 1,
                "maximum": 9007199254740991,
                "description": "Version of the document.",
                "default": 1
              },
              "value": {
                "type": "object",
                "x-weft-json": true,
                "description": "The document."
              },
              "file": {
                "type": "string",
                "maxLength": 4096,
                "description": "JSON file with the document, instead of `value`.",
                "default": "",
                "examples": [
                  "/etc/weft/rules/details-limits.json"
                ]
              }
            },
            "description": "One document of rules."
          },
          "default": [],
          "maxItems": 256,
          "description": "Rules that come with the configuration. Those of a control plane take their place."
        }
      },
      "description": "Governance rules.",
      "default": {},
      "x-weft-strict": true
    },
    "pid": {
      "type": "string",
      "maxLength": 4096,
      "description": "Pid file; in `weft.run_dir` when empty.",
      "default": "",
      "examples": [
        "/run/weft/weft.pid"
      ]
    },
    "uds_dir": {
      "type": "string",
      "description": "Folder of the upgrade sockets.",
      "x-weft-class": "ignored",
      "x-weft-hint": "the sockets of the proxy are in `weft.run_dir`"
    },
    "disable_upgrade": {
      "type": "boolean",
      "description": "Never takes over from a running proxy. This release never does.",
      "default": false,
      "x-weft-alias": [
        "close_graceful"
      ]
    },
    "inherit_old_mosnconfig": {
      "type": "boolean",
      "description": "Takes the configuration from the process that is replaced.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "hot upgrade is not in this release"
    },
    "tracing": {
      "type": "object",
      "x-weft-json": true,
      "description": "Spans.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "tracing is not in this release",
      "x-weft-switch": "enable"
    },
    "pprof": {
      "type": "object",
      "x-weft-json": true,
      "description": "Go's profiler.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "there is no Go process to profile",
      "x-weft-switch": "debug"
    },
    "dynamic_resources": {
      "type": "object",
      "x-weft-json": true,
      "description": "xDS bootstrap.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "discovery from a control plane (xDS) is not in this release: list listeners, routers and clusters in the file"
    },
    "static_resources": {
      "type": "object",
      "x-weft-json": true,
      "description": "xDS bootstrap.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "discovery from a control plane (xDS) is not in this release: list listeners, routers and clusters in the file"
    },
    "node": {
      "type": "object",
      "x-weft-json": true,
      "description": "Identity towards the control plane.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "discovery from a control plane (xDS) is not in this release: list listeners, routers and clusters in the file"
    },
    "plugin": {
      "type": "object",
      "x-weft-json": true,
      "description": "Plugins in processes of their own.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "Go plugins cannot be loaded: write the extension with the SDK"
    },
    "third_part_codec": {
      "type": "object",
      "x-weft-json": true,
      "description": "Codecs from Go plugins or Wasm.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "Go and Wasm codecs cannot be loaded: write the protocol with the SDK"
    },
    "extends": {
      "type": "array",
      "items": {
        "type": "object",
        "x-weft-json": true,
        "description": "One extension."
      },
      "default": [],
      "maxItems": 65536,
      "description": "Extensions of the process.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "no such extension is in this release"
    },
    "wasm_global_plugins": {
      "type": "array",
      "items": {
        "type": "object",
        "x-weft-json": true,
        "description": "One plugin."
      },
      "default": [],
      "maxItems": 65536,
      "description": "Wasm plugins.",
      "x-weft-class": "unsupported",
      "x-weft-hint": "Wasm is not in this release: write the filter with the SDK"
    }
  },
  "description": "The configuration file."
};
