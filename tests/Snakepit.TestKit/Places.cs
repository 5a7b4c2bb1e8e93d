namespace Snakepit.TestKit;

/// <summary>Where tests find things.</summary>
public static class Places
{
    public static string Adapters { get; } = Path.Combine(AppContext.BaseDirectory, "adapters");

    /// <summary>The silo program of the same build.</summary>
    public static string Snakepit => Path.Combine(Root, "silo", "Snakepit.Silo", "bin", Configuration, "net10.0", "snakepit");

    /// <summary>A client in a process of its own, of the same build.</summary>
    public static string TestReader =>
        Path.Combine(Root, "tests", "Snakepit.TestReader", "bin", Configuration, "net10.0", "Snakepit.TestReader");

    /// <summary>The sample's web frontend, of the same build.</summary>
    public static string WebFrontend =>
        Path.Combine(Root, "samples", "WebFrontend", "bin", Configuration, "net10.0", "Snakepit.Samples.WebFrontend");

    public static string Root { get; } = FindRoot();

    /// <summary>Release or Debug, as this test is.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Deletes a folder in which a process that is being killed may still make files.</summary>
    public static Task DeleteAsync(string folder) => Eventually.HoldsAsync(() => TryDelete(folder), what: $"{folder} is deleted");

    private static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            return false;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Snakepit.Orleans.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
