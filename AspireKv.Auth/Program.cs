using AspireKv.Auth;

var builder = WebApplication.CreateBuilder(args);
builder.AddAuthService();

var app = builder.Build();
app.MapAuthService();
return await app.RunAuthServiceAsync();
