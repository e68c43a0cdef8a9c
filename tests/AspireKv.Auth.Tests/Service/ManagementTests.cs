using System.Net.Http.Json;
using AspireKv.Auth.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace AspireKv.Auth.Tests.Service;

/// <summary>The service on real listeners, outside Development: its own, and one for its operators.</summary>
public sealed class ManagementTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchDirectory _directory = new();
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    private Uri Own => new(_app.Urls.First());

    private Uri Management => new(_app.Urls.Last());

    public async Task InitializeAsync()
    {
        _app = AuthApp.Build(
        [
            "--environment=Production", "--urls=http://127.0.0.1:0", "--Management:Url=http://127.0.0.1:0",
            $"--Auth:DataDirectory={_directory.Path}",
            $"--Auth:Administrator:Email={AuthHost.Email}", $"--Auth:Administrator:Password={AuthHost.Password}",
        ]);
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("/metrics", 404, 200)]
    [InlineData("/health", 200, 200)]
    [InlineData("/alive", 200, 200)]
    [InlineData("/.well-known/jwks.json", 200, 404)]
    [InlineData("/login", 405, 404)]
    [InlineData("/nothing", 404, 404)]
    public async Task Routes_AreOnTheListenerOfThoseWhoseTheyAre(string path, int own, int management)
    {
        using var ownAnswer = await _client.GetAsync(new Uri(Own, path));
        using var managementAnswer = await _client.GetAsync(new Uri(Management, path));

        Assert.Equal((own, management), ((int)ownAnswer.StatusCode, (int)managementAnswer.StatusCode));
        Assert.All(
            [ownAnswer, managementAnswer],
            answer => Assert.True(answer.IsSuccessStatusCode || answer.Headers.CacheControl?.NoStore == true, $"{answer}"));
    }

    [Fact]
    public async Task Health_TellsItsChecksToOperatorsOnly()
    {
        Assert.Equal("""{"status":"Healthy"}""", await _client.GetStringAsync(new Uri(Own, "/health")));
        Assert.Contains("\"name\":\"accounts\"", await _client.GetStringAsync(new Uri(Management, "/health")), StringComparison.Ordinal);
    }

    /// <summary>One line at the start says where to ask, or why there is nothing to be asked.</summary>
    [Theory]
    [InlineData("Production", "http://127.0.0.1:9100", "Information 5203 ", "served at http://127.0.0.1:9100")]
    [InlineData("Production", "", "Information 5204 ", "Management:Url is not set")]
    [InlineData("Development", "http://127.0.0.1:9100", "Information 5203 ", "served at http://127.0.0.1:9100")]
    [InlineData("Development", "", null, null)]
    public void Start_SaysWhereOperatorsAsk(string environment, string url, string? said, string? where)
    {
        using var directory = new ScratchDirectory();
        (string, string)[] settings = [("Management:Url", url)];
        using var host = environment == "Production" ? AuthHost.Production(directory, settings) : AuthHost.Development(directory, settings);
        host.CreateClient().Dispose();

        var lines = host.Logs.Text.Split('\n').Where(line => line.Contains(" 520", StringComparison.Ordinal)).ToList();

        Assert.Equal(said is null ? 0 : 1, lines.Count);
        Assert.All(lines, line => Assert.StartsWith(said!, line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains(where!, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Login_OnTheManagementListener_IsNotThere()
    {
        var body = new { email = AuthHost.Email, password = AuthHost.Password };
        using var own = await _client.PostAsJsonAsync(new Uri(Own, "/login"), body);
        using var management = await _client.PostAsJsonAsync(new Uri(Management, "/login"), body);

        Assert.Equal((200, 404), ((int)own.StatusCode, (int)management.StatusCode));
    }
}
