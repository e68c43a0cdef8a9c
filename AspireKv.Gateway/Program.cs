using AspireKv.Gateway;
using AspireKv.ServiceDefaults.StartUp;

return await ServiceRunner.RunAsync("gateway", () => GatewayApp.Build(args));
