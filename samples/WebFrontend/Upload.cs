using Microsoft.AspNetCore.Mvc;

namespace Snakepit.Samples.WebFrontend;

/// <summary>Bodies of the page's requests, within limits. The page knows the same limits and checks them first.</summary>
internal static class Upload
{
    public const int DocumentBytes = 256 * 1024;
    public const int ImageBytes = 4 * 1024 * 1024;

    public static RequestSizeLimitAttribute DocumentLimit { get; } = new(DocumentBytes);

    public static RequestSizeLimitAttribute ImageLimit { get; } = new(ImageBytes);

    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancelled)
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(cancelled);
    }

    public static async Task<byte[]> ReadBytesAsync(HttpRequest request, CancellationToken cancelled)
    {
        using var memory = new MemoryStream();
        await request.Body.CopyToAsync(memory, cancelled);
        return memory.ToArray();
    }
}
