using AspireKv.Auth;
using AspireKv.ServiceDefaults.StartUp;

return await AuthApp.Service.RunAsync(args, () => ServiceRunner.RunAsync("auth service", () => AuthApp.RunAsync(args)));
