using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AspireKv.AccessTokens.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Auth.Tests.Support;

/// <summary>The auth service itself, its Program included, on an in-memory server and with a fake clock.</summary>
internal sealed class AuthHost(
    string directory, string environment, params (string Name, string Value)[] settings) : WebApplicationFactory<Program>
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse battery";

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public LogRecorder Logs { get; } = new();

    /// <summary>Where requests seem to come from: a stranger, but in Development, where no stranger may log in, this machine.</summary>
    public IPAddress Address { get; set; } = IPAddress.Parse(environment == "Development" ? "127.0.0.1" : "192.0.2.1");

    public static AuthHost Development(ScratchDirectory directory, params (string Name, string Value)[] settings) =>
        new(directory.Path, "Development", settings);

    public static AuthHost Production(ScratchDirectory directory, params (string Name, string Value)[] settings) => new(
        directory.Path,
        "Production",
        [("Auth:Administrator:Email", Email), ("Auth:Administrator:Password", Password), .. settings]);

    public static string LoginBody(string email, string? password = null) => password is null
        ? JsonSerializer.Serialize(new { email })
        : JsonSerializer.Serialize(new { email, password });

    public Task<HttpResponseMessage> LogInAsync(string email, string? password = null) => PostAsync(LoginBody(email, password));

    public Task<HttpResponseMessage> PostAsync(string body, params (string Name, string Value)[] headers) =>
        PostAsync(Encoding.UTF8.GetBytes(body), headers);

    public async Task<HttpResponseMessage> PostAsync(byte[] body, params (string Name, string Value)[] headers)
    {
        using var client = CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request);
    }

    public async Task<string> TokenAsync(string email = Email, string password = Password)
    {
        using var response = await LogInAsync(email, password);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(environment);
        builder.UseSetting("Auth:DataDirectory", directory);
        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logging => logging.AddProvider(Logs));
        builder.ConfigureServices(services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            services.AddSingleton<IStartupFilter>(new AddressFilter(this));
        });
    }

    private sealed class AddressFilter(AuthHost host) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate following) =>
            {
                context.Connection.RemoteIpAddress = host.Address;
                return following(context);
            });
            next(app);
        };
    }
}
