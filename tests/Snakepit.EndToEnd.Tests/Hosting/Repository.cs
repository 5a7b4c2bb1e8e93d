using System.Reflection;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>Where the executables and samples under test lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Silo { get; } = Executable("silo/Snakepit.Silo", "snakepit");

    public static string Frontend { get; } = Executable("samples/WebFrontend", "Snakepit.Samples.WebFrontend");

    public static string Sample(string path) => Path.Combine(Root, "samples", path);

    private static string Executable(string project, string name) =>
        Path.Combine(Root, project, "bin", Metadata("BuildFolder"), OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
