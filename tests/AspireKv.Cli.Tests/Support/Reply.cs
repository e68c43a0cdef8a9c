using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AspireKv.Cli.Tests.Support;

/// <summary>What the gateway of a test answers.</summary>
internal sealed class Reply
{
    private readonly Func<HttpContext, Task> _write;

    private Reply(Func<HttpContext, Task> write) => _write = write;

    public static Reply NoContent { get; } = new(static context =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    });

    /// <summary>The connection breaks once the request was read.</summary>
    public static Reply Broken { get; } = new(static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>No answer comes until the client goes away.</summary>
    public static Reply Silent { get; } = new(static async context =>
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    });

    public static Reply Json(string body) => Of(200, body, "application/json");

    public static Reply Problem(int status, string code, string detail) => Of(
        status,
        $$"""{"status":{{status}},"code":{{JsonSerializer.Serialize(code)}},"detail":{{JsonSerializer.Serialize(detail)}}}""",
        "application/problem+json");

    public static Reply Redirect(string address) => new(context =>
    {
        context.Response.Redirect(address, permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    });

    public static Reply Of(int status, string body, string contentType) => new(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    });

    public Task WriteAsync(HttpContext context) => _write(context);
}
