using AspireKv.Auth;
using AspireKv.ServiceDefaults.StartUp;

return await ServiceRunner.RunAsync("auth service", () => AuthApp.Build(args));
