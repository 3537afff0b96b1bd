// A consumer of Dubbo on Go: calls the orders of the provider behind the port that it is given, one answer a line.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	_ "dubbo.apache.org/dubbo-go/v3/cluster/cluster/failfast"
	_ "dubbo.apache.org/dubbo-go/v3/cluster/loadbalance/random"
	"dubbo.apache.org/dubbo-go/v3/common/constant"
	"dubbo.apache.org/dubbo-go/v3/config"
	_ "dubbo.apache.org/dubbo-go/v3/filter/graceful_shutdown"
	_ "dubbo.apache.org/dubbo-go/v3/metadata/service/local"
	_ "dubbo.apache.org/dubbo-go/v3/protocol/dubbo"
	_ "dubbo.apache.org/dubbo-go/v3/proxy/proxy_factory"
)

type OrderService struct {
	Echo  func(ctx context.Context, text string) (string, error)     `dubbo:"echo"`
	Plus  func(ctx context.Context, a int32, b int32) (int32, error) `dubbo:"plus"`
	Size  func(ctx context.Context, text string) (int32, error)      `dubbo:"size"`
	Large func(ctx context.Context, length int32) (string, error)    `dubbo:"large"`
	Fail  func(ctx context.Context, message string) (string, error)  `dubbo:"fail"`
	Fire  func(ctx context.Context, text string) error               `dubbo:"fire"`
	Fired func(ctx context.Context, expected int32) (int32, error)   `dubbo:"fired"`
	// What the provider sees of what goes with the call.
	Attachment func(ctx context.Context, name string) (string, error) `dubbo:"attachment"`
}

// The same service, to a caller that does not wait for long: dubbo-go has one time for all methods of a reference.
type HastyService struct {
	Slow func(ctx context.Context, millis int32) (string, error) `dubbo:"slow"`
}

const (
	together = 200
	// dubbo-go itself takes no message beyond 100 KiB.
	length = 50000
	// One-way calls.
	shots = 20
)

func reference(timeout string) *config.ReferenceConfig {
	return config.NewReferenceConfigBuilder().
		SetInterface("org.example.orders.OrderService").
		SetProtocol("dubbo").
		SetSerialization("hessian2").
		SetURL("dubbo://127.0.0.1:" + os.Args[1]).
		SetVersion("1.0").
		SetGroup("blue").
		SetCluster("failfast").
		SetRequestTimeout(timeout).
		Build()
}

func with(ctx context.Context, name string, value string) context.Context {
	return context.WithValue(ctx, constant.AttachmentKey, map[string]interface{}{name: value})
}

func main() {
	orders := new(OrderService)
	hasty := new(HastyService)
	config.SetConsumerService(orders)
	config.SetConsumerService(hasty)
	consumer := config.NewConsumerConfigBuilder().
		SetCheck(false).
		AddReference("OrderService", reference("20s")).
		AddReference("HastyService", reference("500ms")).
		Build()
	if err := config.Load(config.WithRootConfig(config.NewRootConfigBuilder().SetConsumer(consumer).Build())); err != nil {
		fmt.Println("@cannot load:", err)
		os.Exit(1)
	}
	ctx := context.Background()
	show := func(command string, value interface{}, err error) {
		if err != nil {
			value = "error " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Printf("@%s %v\n", command, value)
	}
	echo, err := orders.Echo(ctx, "hi")
	show("echo", echo, err)
	if err != nil {
		os.Exit(0)
	}
	plus, err := orders.Plus(ctx, 40, 2)
	show("plus", plus, err)
	size, err := orders.Size(ctx, strings.Repeat("x", length))
	show("size", size, err)
	large, err := orders.Large(ctx, length)
	show("large", len(large), err)
	_, err = orders.Fail(ctx, "sold")
	show("fail", "nothing", err)
	color, err := orders.Attachment(with(ctx, "color", "red"), "color")
	show("attachment", color, err)
	for i := 0; i < shots; i++ {
		if err := orders.Fire(with(ctx, constant.AsyncKey, "true"), "x"); err != nil {
			show("fire", "nothing", err)
		}
	}
	fired, err := orders.Fired(ctx, shots)
	show("fired", fired, err)
	right := make(chan bool, together)
	for i := 0; i < together; i++ {
		go func(text string) {
			answer, err := orders.Echo(ctx, text)
			right <- err == nil && answer == text
		}(fmt.Sprint("n", i))
	}
	count := 0
	for i := 0; i < together; i++ {
		if <-right {
			count++
		}
	}
	show("together", count, nil)
	// Last, as both references share a connection: dubbo-getty leaves the deadline of a write with the shorter time on it,
	// where later writes then fail (v1.4.9, connection.go, wLastDeadline).
	_, err = hasty.Slow(ctx, 2000)
	show("slow", "nothing", err)
	os.Exit(0)
}
