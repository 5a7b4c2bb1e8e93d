using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Generating;

/// <summary>Makes a folder with files: all of them, or nothing.</summary>
internal static class NewFolder
{
    /// <exception cref="StartupException">Something of that name exists, or the folder cannot be written.</exception>
    public static void Make(string folder, IReadOnlyList<(string Path, string Text)> files)
    {
        if (Path.Exists(folder))
            throw new StartupException($"'{folder}' exists already; choose another name or another --folder.");
        var beside = $"{folder}.{Guid.NewGuid():N}";
        try
        {
            foreach (var (path, text) in files)
            {
                var file = Path.Combine(beside, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            Directory.Move(beside, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Forget(beside);
            throw new StartupException($"'{folder}' cannot be written: {error.Message}", error);
        }
    }

    private static void Forget(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The reason why it could not be written is told already, and is most likely this one too.
        }
    }
}
