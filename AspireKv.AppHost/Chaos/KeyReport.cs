namespace AspireKv.AppHost.Chaos;

/// <summary>What a check of the keys found, and whether all is well.</summary>
internal sealed record KeyReport(bool IsGood, string Text);
