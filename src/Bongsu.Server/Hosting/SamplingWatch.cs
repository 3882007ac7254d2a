using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Hosting;

/// <summary>Sampling as the configuration folder says, and says anew when that file changes.</summary>
internal sealed class SamplingWatch(string configDirectory, Sampler sampler)
{
    private readonly object _lock = new();
    private string _text = TextOf(configDirectory);

    /// <summary>Reads the file if it has changed; with a problem in it, what was before goes on.</summary>
    public IReadOnlyList<ConfigProblem> Load()
    {
        lock (_lock)
        {
            // Why: another plan decides what is undecided by what is known so far, and limits begin to count anew.
            var text = TextOf(configDirectory);
            if (text == _text)
                return [];
            var problems = new List<ConfigProblem>();
            var plan = SamplingFile.Read(configDirectory, problems);
            if (problems.Count > 0)
                return problems;
            sampler.Change(plan);
            _text = text;
            return [];
        }
    }

    private static string TextOf(string directory)
    {
        try
        {
            var file = new FileInfo(Path.Combine(directory, SamplingFile.Name));
            return !file.Exists ? "" : file.Length <= YamlText.MaxBytes ? File.ReadAllText(file.FullName) : $"{file.Length} {file.LastWriteTimeUtc.Ticks}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
