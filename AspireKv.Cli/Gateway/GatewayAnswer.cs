using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AspireKv.Cli.Output;

namespace AspireKv.Cli.Gateway;

/// <summary>An answer of the gateway.</summary>
/// <param name="Request">What it answers.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body as it came; empty where there is none.</param>
/// <param name="Topology">The version and generation that the gateway named, as <c>12.3</c>; null where it named none.</param>
internal sealed record GatewayAnswer(GatewayRequest Request, HttpStatusCode Status, string Body, string? Topology)
{
    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty => Status == HttpStatusCode.NoContent;

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <exception cref="CommandFailedException">The body is not what a gateway answers.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException(
                Request.IsOrder ? ExitCode.Unknown : ExitCode.NotReachable,
                $"the answer to {Request.Method} /{Request.Path} is not one of a gateway of this version.",
                exception);
        }
    }
}
