namespace AspireKv.Cli.Tests.Support;

/// <summary>A request that reached the gateway.</summary>
/// <param name="Route">The method and the target, as they were sent.</param>
/// <param name="Body">The body; empty where there was none.</param>
/// <param name="Authorization">The header of that name.</param>
/// <param name="IfMatch">The header of that name.</param>
/// <param name="ContentType">The header of that name, or null.</param>
internal sealed record SeenRequest(string Route, string Body, string Authorization, string IfMatch, string? ContentType);
