// The contract as a later release might have it: made of today's by additions that `buf breaking`
// allows, in every message, enum and oneof. Nothing is listed, so a message that is new tomorrow is
// covered tomorrow.
//
// - Each message has a number, words and a part more (`later_number`, `later_words`, `later_part`).
// - Each enum has a second value for each that it has, "<NAME>_LATER", kLaterValue above it.
// - Each oneof has one member more, which holds any of the others whole (`later_<name of the
//   oneof>`).
// Fields of a message whose oneof may be empty get numbers below its members: known_values.h.
// A later release that says something in a later value or member means what the first one meant; so
// what it makes of a season can be compared with what today's makes of it.
// Thread-safety: after the first get(), from any thread.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

#include <map>
#include <memory>
#include <set>
#include <string>

namespace qcdr::later {

using google::protobuf::Descriptor;
using google::protobuf::Message;

inline constexpr int kLaterValue = 1000;
// What added text fields say: in messages that travel sealed, and in others.
inline constexpr const char* kSealedWords = "words-that-travel-sealed";
inline constexpr const char* kOpenWords = "later-words";

class LaterContract {
 public:
  static LaterContract& get();

  // All files, those that others need first.
  const google::protobuf::FileDescriptorSet& image() const { return image_; }
  // Null for a message that is not of the contract.
  const Descriptor* find(const Descriptor* today) const;
  // Empty.
  std::unique_ptr<Message> make(const Descriptor* later);

 private:
  LaterContract();

  google::protobuf::FileDescriptorSet image_;
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_{&pool_};
};

// Fills what the later contract has more, in the message and in all that it holds. Of the enum
// fields and oneofs named in full ("qcdr.v1.Row.fact") it uses the later value and member.
void say_later(Message* message, const std::set<std::string>& named);
// Puts today's values and members in the place of the later ones that mean the same.
void say_as_today(Message* message);

// How often additions were there, and how often not, by the name of the message.
struct Additions {
  std::uint64_t with = 0;
  std::uint64_t without = 0;
};
void count_additions(const Message& message, std::map<std::string, Additions>* counts);

}  // namespace qcdr::later
