using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Snakepit.AspNetCore.Management;

/// <summary>Long questions to other silos, which must not hold up the stop of the silo that passes them on.</summary>
internal static class StoppingSilo
{
    /// <summary>Waits for an answer until this silo stops or the caller has left. The question itself ends unheard.</summary>
    /// <exception cref="SiloStopsException">This silo stops.</exception>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public static async Task<T> WaitAsync<T>(Task<T> answer, HttpContext http)
    {
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, http.RequestAborted);
        try
        {
            return await answer.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new SiloStopsException();
        }
    }
}

/// <summary>This silo stops before an answer has come.</summary>
internal sealed class SiloStopsException : Exception;
