using System.Security.Cryptography;
using System.Text;

namespace Snakepit.Client.Security;

/// <summary>
/// The file with the secret that silos and clients of one user on one machine share. Its mode keeps other users from reading it; what they
/// cannot read they cannot prove to know.
/// </summary>
internal static class SecretFile
{
    private const int SecretBytes = 32;

    /// <summary>A text that a person has written instead must not be short enough to be guessed.</summary>
    private const int FewestCharacters = 32;

    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Modes that a secret or key must not have.</summary>
    public const UnixFileMode Forbidden = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The same for all silos and clients of a user, whatever their data folders are.</summary>
    public static string DefaultPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "snakepit",
        "cluster.secret");

    /// <summary>Reads the secret. Null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read, others can read or change it, or its text is too short.</exception>
    public static byte[]? TryRead(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(path) && File.GetUnixFileMode(path) is var mode && (mode & Forbidden) != 0)
            {
                throw new IOException(
                    $"other users may read or change '{path}': its mode is {Convert.ToString((int)mode, 8)}. Run chmod 600 on it, or "
                    + "delete it if it was like that for long; the next silo that starts makes a new one");
            }

            var secret = File.ReadAllText(path).Trim();
            return secret.Length >= FewestCharacters
                ? Encoding.UTF8.GetBytes(secret)
                : throw new IOException($"'{path}' has {secret.Length} characters; a secret has {FewestCharacters} or more");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Makes the file with a new secret unless it is there. Of several that do so at once, one makes it.</summary>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public static void MakeUnlessThere(string path)
    {
        if (TryRead(path) is not null)
            return;
        try
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            // The silo writes it whole under another name and renames it: another silo or client never reads half of it.
            var fresh = $"{path}.{Guid.NewGuid():N}";
            try
            {
                Write(fresh, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));
                File.Move(fresh, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another silo was faster.
            }
            finally
            {
                File.Delete(fresh);
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"'{path}' cannot be made: {error.Message}", error);
        }

        TryRead(path);
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, Mine | UnixFileMode.UserExecute);
    }

    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mine;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes($"{text}\n"));
        file.Flush(flushToDisk: true);
    }
}
