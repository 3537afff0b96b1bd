// A client of incremental discovery made of Envoy's published protocol and grpc-go: subscribes, prints one line of JSON per
// resource or removal, acknowledges; rejects what is called "reject".
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
)

type line struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Bytes   []byte `json:"bytes,omitempty"`
	Message string `json:"message,omitempty"`
}

func say(l line) {
	text, _ := json.Marshal(l)
	fmt.Println(string(text))
}

func fail(err error) {
	say(line{Kind: "end", Message: err.Error()})
	os.Exit(1)
}

// Arguments: address, type URL, names to subscribe to (one of them may be *).
func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fail(err)
	}
	stream, err := discovery.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
	if err != nil {
		fail(err)
	}
	metadata, _ := structpb.NewStruct(map[string]any{
		"APP": "go-app", "IP": "10.9.8.7", "PID": 42, "LIST": []any{1, "two", nil},
		"LABELS": map[string]any{"track": "canary"},
	})
	node := &core.Node{
		Id: "go-node", Cluster: "go-cluster", Metadata: metadata,
		Locality:      &core.Locality{Region: "r1", Zone: "z1"},
		UserAgentName: "go",
	}
	request := &discovery.DeltaDiscoveryRequest{Node: node, TypeUrl: os.Args[2], ResourceNamesSubscribe: os.Args[3:]}
	if err := stream.Send(request); err != nil {
		fail(err)
	}
	for {
		response, err := stream.Recv()
		if err != nil {
			fail(err)
		}
		answer := &discovery.DeltaDiscoveryRequest{TypeUrl: response.TypeUrl, ResponseNonce: response.Nonce}
		for _, resource := range response.Resources {
			if resource.Name == "reject" {
				answer.ErrorDetail = &status.Status{Code: 3, Message: "the go client does not like it"}
			}
			say(line{Kind: "resource", Name: resource.Name, Version: resource.Version, Bytes: resource.Resource.GetValue(), Message: resource.Resource.GetTypeUrl()})
		}
		for _, name := range response.RemovedResources {
			say(line{Kind: "removed", Name: name})
		}
		if err := stream.Send(answer); err != nil {
			fail(err)
		}
	}
}
