using System.Globalization;
using AspireKv.StorageBench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (BenchSettings.Parse(args) is not { } settings)
{
    Console.Error.WriteLine(BenchSettings.Usage);
    return 2;
}

Directory.CreateDirectory(settings.Directory);
try
{
    AppendBench.Run(settings);
    OverwriteBench.Run(settings);
    ReadBench.Run(settings);
    StartBench.Run(settings);
    return 0;
}
finally
{
    Directory.Delete(settings.Directory, recursive: true);
}
