namespace AspireKv.Gateway.KeyValue;

internal static class KeyValueServices
{
    /// <summary>Registers what reads operations from requests.</summary>
    public static void AddKeyValue(this IServiceCollection services) => services.AddSingleton<DataRequestReader>();
}
