using AspireKv.Encoding;
using AspireKv.Transport.Client;
using AspireKv.Transport.Questions;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>A question of these tests: every <see cref="NodeHost"/> answers with what it was asked.</summary>
internal static class Echo
{
    public const int MaxBytes = 1000;

    /// <summary>The descriptor.</summary>
    public static readonly Question<string, string> Question =
        new(250, "echo", AskedBy.NodesAndGateways, EchoCodec.Write, EchoCodec.Read, EchoCodec.Write, EchoCodec.Read);

    /// <summary>Waits until everything that was sent before is handled, and what answered it has arrived.</summary>
    public static Task RoundTripAsync(this NodeChannel channel) => channel.AskAsync(Question, "", CancellationToken.None);
}

/// <summary>The codec.</summary>
internal static class EchoCodec
{
    public static void Write(ByteWriter writer, string text) => writer.WriteText(text, Echo.MaxBytes, "the bytes of an echo");

    public static string Read(ref ByteReader reader) => reader.ReadText(Echo.MaxBytes, "the length of an echo");
}

/// <summary>The handler.</summary>
internal sealed class EchoHandler : IQuestionHandler<string, string>
{
    public void OnAsked(Asked<string, string> asked) => asked.Answer(asked.Ask);
}
