using AspireKv.Auth;
using AspireKv.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddAuthService();

var app = builder.Build();
app.UseRequestMetrics();
app.MapDefaultEndpoints();
app.MapAuthService();
return await app.RunAuthServiceAsync();
