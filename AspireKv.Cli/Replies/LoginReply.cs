using System.Text.Json.Serialization;

namespace AspireKv.Cli.Replies;

/// <summary>The body of an answered <c>POST /login</c>. The token is a secret: this type prints nothing.</summary>
internal sealed class LoginReply
{
    public required string Token { get; init; }
}

/// <summary>The body that <c>POST /login</c> takes. The password is a secret: this type prints nothing.</summary>
internal sealed class LoginBody
{
    public required string Email { get; init; }

    /// <summary>Null where an e-mail address may be enough, as it is in Development.</summary>
    public string? Password { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LoginReply))]
[JsonSerializable(typeof(LoginBody))]
internal sealed partial class LoginReplyJson : JsonSerializerContext;
