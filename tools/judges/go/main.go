// Judge checks receipts, checkpoints and Merkle proofs with public Go modules that know nothing of Tabularium:
// golang.org/x/mod/sumdb/note and tlog, transparency-dev/formats and transparency-dev/merkle; the transaction's own
// signature with Go's standard library. It reads a JSON list of cases on stdin and answers one verdict for each.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"

	f_log "github.com/transparency-dev/formats/log"
	f_note "github.com/transparency-dev/formats/note"
	f_proof "github.com/transparency-dev/formats/proof"
	f_witness "github.com/transparency-dev/formats/witness"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Name string `json:"name"`
	// receipt, leaf, checkpoint, inclusion or consistency
	Kind    string `json:"kind"`
	Policy  string `json:"policy"`
	Receipt string `json:"receipt"`
	// Leaf is the base64 of a leaf that a tlog-proof without extra data (in Receipt) is about.
	Leaf       string   `json:"leaf"`
	Checkpoint string   `json:"checkpoint"`
	Index      uint64   `json:"index"`
	Size       uint64   `json:"size"`
	LeafHash   string   `json:"leafHash"`
	Root       string   `json:"root"`
	From       uint64   `json:"from"`
	To         uint64   `json:"to"`
	FromRoot   string   `json:"fromRoot"`
	ToRoot     string   `json:"toRoot"`
	Proof      []string `json:"proof"`
}

type verdict struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

func main() {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		fmt.Fprintln(os.Stderr, "judge: stdin is not a list of cases:", err)
		os.Exit(64)
	}
	verdicts := make([]verdict, 0, len(cases))
	for _, c := range cases {
		v := verdict{Name: c.Name, OK: true}
		if err := check(c); err != nil {
			v.OK, v.Detail = false, err.Error()
		}
		verdicts = append(verdicts, v)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

func check(c testCase) error {
	switch c.Kind {
	case "receipt":
		return checkReceipt(c.Receipt, c.Policy)
	case "leaf":
		return checkLeaf(c.Receipt, c.Leaf, c.Policy)
	case "checkpoint":
		_, err := checkCheckpoint([]byte(c.Checkpoint), c.Policy)
		return err
	case "inclusion":
		return checkInclusion(c)
	case "consistency":
		return checkConsistency(c)
	}
	return fmt.Errorf("no kind of case: %q", c.Kind)
}

// checkCheckpoint opens the signed note with every key of the policy and asks the policy for its quorum.
func checkCheckpoint(checkpoint []byte, policy string) (*f_log.Checkpoint, error) {
	var logs, witnesses []note.Verifier
	var lines []string
	for _, line := range strings.Split(policy, "\n") {
		words := strings.Fields(line)
		if len(words) >= 2 && words[0] == "log" {
			v, err := f_note.NewVerifier(words[1])
			if err != nil {
				return nil, fmt.Errorf("log key: %w", err)
			}
			logs = append(logs, v)
		}
		if len(words) >= 3 && words[0] == "witness" {
			v, err := f_note.NewVerifier(words[2])
			if err != nil {
				return nil, fmt.Errorf("witness key: %w", err)
			}
			witnesses = append(witnesses, v)
			if len(words) == 3 {
				// This parser serves logs, which must know where their witnesses are; a verifier need not.
				line += " https://witness.invalid"
			}
		}
		lines = append(lines, line)
	}
	quorum, err := f_witness.ParsePolicy([]byte(strings.Join(lines, "\n")))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	failure := errors.New("the policy names no log")
	for i, v := range logs {
		others := append(append(append([]note.Verifier{}, logs[:i]...), logs[i+1:]...), witnesses...)
		parsed, rest, _, err := f_log.ParseCheckpoint(checkpoint, v.Name(), v, others...)
		if err != nil {
			failure = err
			continue
		}
		if len(rest) > 0 {
			return nil, errors.New("the checkpoint has extension lines")
		}
		if !quorum.Satisfied(checkpoint) {
			return nil, errors.New("the quorum is not met")
		}
		return parsed, nil
	}
	return nil, failure
}

func checkReceipt(receipt, policy string) error {
	var p f_proof.TLogProof
	if err := p.Unmarshal([]byte(receipt)); err != nil {
		return err
	}
	var extra struct {
		Entry string `json:"entry"`
		JWK   jwk    `json:"jwk"`
	}
	if err := json.Unmarshal(p.ExtraData, &extra); err != nil {
		return fmt.Errorf("extra: %w", err)
	}
	if err := checkEntry(extra.Entry, extra.JWK); err != nil {
		return err
	}
	return checkPlace(p, []byte(extra.Entry), policy)
}

func checkLeaf(text, leaf, policy string) error {
	var p f_proof.TLogProof
	if err := p.Unmarshal([]byte(text)); err != nil {
		return err
	}
	entry, err := base64.StdEncoding.DecodeString(leaf)
	if err != nil {
		return err
	}
	return checkPlace(p, entry, policy)
}

// checkPlace checks that the leaf lies where the proof says, in a checkpoint that the policy accepts.
func checkPlace(p f_proof.TLogProof, entry []byte, policy string) error {
	checkpoint, err := checkCheckpoint(p.Checkpoint, policy)
	if err != nil {
		return err
	}
	hashes := make([][]byte, len(p.Hashes))
	record := make(tlog.RecordProof, len(p.Hashes))
	for i, h := range p.Hashes {
		hashes[i] = h[:]
		record[i] = tlog.Hash(h)
	}
	// Two implementations of RFC 6962 that share no code.
	leaf := rfc6962.DefaultHasher.HashLeaf(entry)
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, checkpoint.Size, leaf, hashes, checkpoint.Hash); err != nil {
		return err
	}
	root := tlog.Hash(checkpoint.Hash)
	return tlog.CheckRecord(record, int64(checkpoint.Size), root, int64(p.Index), tlog.RecordHash(entry))
}

type jwk struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// checkEntry checks thumbprint (RFC 7638) and signature (RFC 7515, or a passkey's assertion) of the transaction.
func checkEntry(entry string, key jwk) error {
	parts := strings.Split(entry, ".")
	if len(parts) != 3 {
		return errors.New("the entry is not a compact JWS")
	}
	headerText, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return err
	}
	var header struct {
		Alg string `json:"alg"`
		Kid string `json:"kid"`
		Typ string `json:"typ"`
	}
	if err := json.Unmarshal(headerText, &header); err != nil {
		return err
	}
	thumbprint := sha256.Sum256([]byte(fmt.Sprintf(`{"crv":%q,"kty":%q,"x":%q,"y":%q}`, key.Crv, key.Kty, key.X, key.Y)))
	if header.Alg != "ES256" || header.Kid != base64.RawURLEncoding.EncodeToString(thumbprint[:]) {
		return errors.New("the key is not the one that the entry names")
	}
	x, errX := base64.RawURLEncoding.DecodeString(key.X)
	y, errY := base64.RawURLEncoding.DecodeString(key.Y)
	third, errS := base64.RawURLEncoding.DecodeString(parts[2])
	if err := errors.Join(errX, errY, errS); err != nil {
		return err
	}
	message := []byte(parts[0] + "." + parts[1])
	signature := third
	if header.Typ == "tabularium-tx+webauthn" {
		if len(third) < 101 {
			return errors.New("the assertion is too short")
		}
		challenge := sha256.Sum256(message)
		var client struct {
			Challenge string `json:"challenge"`
		}
		if err := json.Unmarshal(third[101:], &client); err != nil {
			return err
		}
		if client.Challenge != base64.RawURLEncoding.EncodeToString(challenge[:]) {
			return errors.New("the challenge is not of this entry")
		}
		data := sha256.Sum256(third[101:])
		message = append(append([]byte{}, third[:37]...), data[:]...)
		signature = third[37:101]
	}
	if len(signature) != 64 {
		return errors.New("the signature has not 64 bytes")
	}
	public := ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
	digest := sha256.Sum256(message)
	if !ecdsa.Verify(&public, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("the key did not sign this entry")
	}
	return nil
}

func unhex(texts ...string) ([][]byte, error) {
	out := make([][]byte, len(texts))
	for i, text := range texts {
		b, err := hex.DecodeString(text)
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

func checkInclusion(c testCase) error {
	ends, err := unhex(c.LeafHash, c.Root)
	if err != nil {
		return err
	}
	hashes, err := unhex(c.Proof...)
	if err != nil {
		return err
	}
	return proof.VerifyInclusion(rfc6962.DefaultHasher, c.Index, c.Size, ends[0], hashes, ends[1])
}

func checkConsistency(c testCase) error {
	ends, err := unhex(c.FromRoot, c.ToRoot)
	if err != nil {
		return err
	}
	hashes, err := unhex(c.Proof...)
	if err != nil {
		return err
	}
	return proof.VerifyConsistency(rfc6962.DefaultHasher, c.From, c.To, hashes, ends[0], ends[1])
}
