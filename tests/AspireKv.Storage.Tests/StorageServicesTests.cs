using AspireKv.Storage.Observers;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AspireKv.Storage.Tests;

public sealed class StorageServicesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task AddStorage_OpensTheDirectoryWithTheOptionsOfTheConfiguration()
    {
        await using var provider = Build("131072");

        var engine = provider.GetRequiredService<StorageEngine>();

        Assert.Same(engine, provider.GetRequiredService<StorageEngine>());
        Assert.Equal(1, engine.Append(Records.Put(0, "a", 1, "x")));
        Assert.True(engine.WaitDurable(1));
        Assert.Equal(3, engine.Identity.Node.Value);
        var segment = Path.Combine(_directory.Path, "data", "wal", SegmentNames.NameOf(1));
        Assert.Equal(131_072, new FileInfo(segment).Length);
    }

    [Fact]
    public async Task AddStorage_WithOptionsOutOfRange_IsRefused()
    {
        await using var provider = Build("1");

        Assert.Throws<OptionsValidationException>(provider.GetRequiredService<StorageEngine>);
    }

    private ServiceProvider Build(string segmentBytes)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IStorageObserver>(new TestObserver());
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [$"{WalOptions.SectionName}:SegmentSizeBytes"] = segmentBytes })
            .Build());
        services.AddStorage(_ => (Path.Combine(_directory.Path, "data"), new(3)));
        return services.BuildServiceProvider();
    }
}
