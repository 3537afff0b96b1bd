export { defineLoadBalancer, type HostSet, type LoadBalancer, type PickContext, type Picker } from './load-balancer.ts';
