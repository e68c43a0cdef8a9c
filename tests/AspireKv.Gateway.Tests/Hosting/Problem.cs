using System.Text.Json;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Asserts the form of errors.</summary>
internal static class Problem
{
    /// <summary>A problem+json with this code, and this outcome in body and header.</summary>
    public static async Task AssertAsync(HttpResponseMessage answer, int status, string code, string? outcome)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(text);
        Assert.Equal(code, json.RootElement.GetProperty("code").GetString());
        Assert.Equal(status, json.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(json.RootElement.GetProperty("detail").GetString()!);
        Assert.Equal(outcome, json.RootElement.TryGetProperty("outcome", out var told) ? told.GetString() : null);
        Assert.Equal(outcome, OutcomeOf(answer));
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, "an error may be kept");
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    /// <summary>The error form of the JSON routes.</summary>
    public static async Task<string> AssertJsonAsync(HttpResponseMessage answer, int status, string code, string? outcome)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        using var json = JsonDocument.Parse(text);
        Assert.Equal(["status", "error", "code"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Error", json.RootElement.GetProperty("status").GetString());
        Assert.Equal(code, json.RootElement.GetProperty("code").GetString());
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, "an error may be kept");
        Assert.Equal(outcome, OutcomeOf(answer));
        return json.RootElement.GetProperty("error").GetString()!;
    }

    private static string? OutcomeOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("AspireKv-Outcome", out var values) ? values.Single() : null;
}
