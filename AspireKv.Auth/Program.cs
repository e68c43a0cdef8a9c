using AspireKv.Auth;

return await AuthApp.Service.RunAsync(args, AuthApp.Build);
