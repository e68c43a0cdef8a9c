using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AspireKv.AppHost;

/// <summary>Logs in at the gateway through the API, as any client does.</summary>
internal static class GatewayLogin
{
    /// <summary>Gets an access token, which every request of the client has from then on.</summary>
    /// <param name="http">The client; its base address is the gateway.</param>
    /// <param name="email">Who logs in.</param>
    /// <param name="password">Null in Development, where none is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">The gateway does not answer, or refuses.</exception>
    public static async Task LogInAsync(
        this HttpClient http, string email, string? password = null, CancellationToken cancellationToken = default)
    {
        object login = password is null ? new { email } : new { email, password };
        using var answer = await http.PostAsJsonAsync("/login", login, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The connection broke, or <see cref="HttpClient"/> waited in vain.</summary>
    public static bool IsNoAnswer(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
