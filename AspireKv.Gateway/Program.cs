using AspireKv.Gateway;

return await GatewayApp.Service.RunAsync(args, static settings => GatewayApp.Build(settings));
