using Microsoft.Extensions.Logging;
using Snakepit.Core.Configuration;
using Snakepit.Hosting.Failures;

namespace Snakepit.AspNetCore.Auth;

/// <summary>A file that may change while the silo runs.</summary>
internal interface IWatchedFile
{
    /// <summary>Reads it again when it has changed. Not to be called twice at one time.</summary>
    void Look(ILogger logger);
}

/// <summary>
/// A file whose content is in use. When it changes to something that cannot be used, the old content stays in use and the log says once
/// why. Its bytes are compared, and not its times, because a mounted secret changes by a link far above the file.
/// </summary>
internal sealed class WatchedFile<T> : IWatchedFile
    where T : class
{
    private readonly string _option;
    private readonly string _path;
    private readonly Func<byte[], T> _parse;
    private volatile T _content;
    private byte[] _bytes;
    private bool _isUnreadable;

    /// <exception cref="StartupException">It cannot be read, or has mistakes.</exception>
    public WatchedFile(string option, string path, Func<byte[], T> parse)
    {
        (_option, _path, _parse) = (option, path, parse);
        try
        {
            _bytes = Read();
            _content = parse(_bytes);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw new StartupException($"{option}: '{path}' cannot be used: {error.Message}", error);
        }
    }

    public T Content => _content;

    public void Look(ILogger logger)
    {
        try
        {
            var bytes = Read();
            _isUnreadable = false;
            if (bytes.AsSpan().SequenceEqual(_bytes))
                return;
            _bytes = bytes;
            _content = _parse(bytes);
            AuthLog.ReadAgain(logger, _option, _path);
        }
        catch (Exception error) when (error is FormatException or InvalidOptionsException)
        {
            AuthLog.Unusable(logger, _option, _path, error.Message);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            if (!_isUnreadable)
                AuthLog.Unusable(logger, _option, _path, error.Message);
            _isUnreadable = true;
        }
    }

    private byte[] Read()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_path) & UnixFileMode.OtherWrite) != 0)
            throw new IOException("every user of this host can write to it, and so let himself in; take that away with chmod o-w");
        return File.ReadAllBytes(_path);
    }

    private static bool IsTrouble(Exception error) =>
        error is IOException or UnauthorizedAccessException or FormatException or InvalidOptionsException;
}
