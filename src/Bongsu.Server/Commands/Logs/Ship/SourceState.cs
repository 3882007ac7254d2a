namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>What a source of lines has to say after it was read.</summary>
internal enum SourceState
{
    /// <summary>There is more to read at once.</summary>
    More,
    /// <summary>Nothing is there now; more may come.</summary>
    Waiting,
    /// <summary>Nothing will come any more.</summary>
    End,
}
