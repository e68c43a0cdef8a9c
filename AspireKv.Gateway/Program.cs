using AspireKv.Gateway;
using AspireKv.ServiceDefaults.StartUp;

return await GatewayApp.Service.RunAsync(args, () => ServiceRunner.RunAsync("gateway", () => GatewayApp.Build(args)));
