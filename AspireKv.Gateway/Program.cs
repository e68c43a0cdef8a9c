using AspireKv.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
var app = builder.Build();
app.UseRequestMetrics();
app.MapDefaultEndpoints();
app.Run();
