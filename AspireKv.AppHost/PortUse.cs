namespace AspireKv.AppHost;

/// <summary>A port that is opened by number, what for, and the option or environment variable that moves it.</summary>
internal readonly record struct PortUse(int Port, string Purpose, string Option);
