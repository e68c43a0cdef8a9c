using AspireKv.Gateway;

return await GatewayApp.Service.RunAsync(args, () => GatewayApp.Build(args));
